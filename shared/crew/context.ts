import type { Task } from './schema.ts';

/** An entry of a task's `context`: the name of a task, or a choice edge. */
export type ContextEntry = Task['context'][number];
/** A dependency that also requires that a router chose one of these. */
export type ChoiceEdge = Exclude<ContextEntry, string>;

interface HasContext {
  context: readonly (string | { task: string })[];
}

/** Returns the task that an entry of a context names. */
export function taskOfEntry(entry: string | { task: string }): string {
  return typeof entry === 'string' ? entry : entry.task;
}

/** Returns the names of the tasks that a task depends on, each once, in the order of the file. */
export function contextOf({ context }: HasContext): readonly string[] {
  return [...new Set(context.map(taskOfEntry))];
}

/** Whether a task depends on another one. */
export function dependsOn({ context }: HasContext, name: string): boolean {
  return context.some((entry) => taskOfEntry(entry) === name);
}

/** Returns the choices that let a choice edge pass, as a list. */
export function choicesOfEdge({ choice }: ChoiceEdge): readonly string[] {
  return typeof choice === 'string' ? [choice] : choice;
}

/** Returns the choices of a router that a task waits for; null if no choice edge leads from the router to the task. */
export function choicesFrom({ context }: Pick<Task, 'context'>, router: string): readonly string[] | null {
  const edges = context.filter((entry): entry is ChoiceEdge => typeof entry !== 'string' && entry.task === router);
  return edges.length === 0 ? null : [...new Set(edges.flatMap(choicesOfEdge))];
}

/** Returns an entry with another task, such as after a rename. */
export function entryWithTask(entry: ContextEntry, task: string): ContextEntry {
  return typeof entry === 'string' ? task : { ...entry, task };
}
