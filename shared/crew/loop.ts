import { taskOfEntry } from './context.ts';

/** The keys of a task that determine loops. */
interface LoopTask {
  name: string;
  context: readonly (string | { task: string })[];
  repeat?: { from?: string | undefined } | undefined;
}

/**
 * Returns the tasks of the loop that a task ends, in the order of the file: all tasks between the first one and this one.
 * Empty if the first task does not lead to it, or if the task ends no loop.
 */
export function loopOf(tasks: readonly LoopTask[], { name, repeat }: LoopTask): string[] {
  if (!repeat) return [];
  const first = repeat.from ?? name;
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const before = reached(name, (task) => (byName.get(task)?.context ?? []).map(taskOfEntry));
  const dependents = new Map<string, string[]>();
  for (const task of tasks)
    for (const entry of task.context)
      dependents.set(taskOfEntry(entry), [...(dependents.get(taskOfEntry(entry)) ?? []), task.name]);
  const after = reached(first, (task) => dependents.get(task) ?? []);
  return tasks.flatMap((task) => (before.has(task.name) && after.has(task.name) ? [task.name] : []));
}

/** Returns a task and all that are reached from it. */
function reached(start: string, next: (task: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set([start]);
  for (const task of found) for (const other of next(task)) found.add(other);
  return found;
}
