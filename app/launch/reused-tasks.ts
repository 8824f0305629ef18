import type { ReusedExpansion, ReusedTask, ReusedTasks } from '../../shared/control/reused-tasks.ts';
import { contextOf } from '../../shared/crew/context.ts';
import type { Crew, Task } from '../../shared/crew/schema.ts';
import { isAlignedWith } from '../../shared/run/expansion/grow-crew.ts';
import { fileTaskOf, instanceOf } from '../../shared/run/expansion/task-names.ts';
import { resultCostOf } from '../../shared/run/result-cost.ts';
import { filesBehind } from '../../shared/run/source-files.ts';
import type { TaskState } from '../../shared/run/state.ts';
import type { LoadedRun } from './load-run.ts';

/** Which tasks of an earlier run a new run reuses. */
export interface Reuse {
  reused: ReadonlySet<string>;
  /** The reasons why results are stale, by task. */
  stale: ReadonlyMap<string, string>;
  /** Whether a task with `for_each` that runs again for the same items reuses its completed instances. */
  keepsInstances: boolean;
}

/** Returns what a new run of `crew` reuses from an earlier run: ends of tasks, and the instances of expanded tasks. */
export function reusedTasks(run: LoadedRun, crew: Crew, reuse: Reuse): ReusedTasks {
  const expanded = expandedAgain(run, crew, reuse);
  const instances = expanded.flatMap(({ name }) => instancesOf(run, name, reuse));
  const ofFile = crew.tasks.flatMap((task) => (reuse.reused.has(task.name) ? [task] : []));
  const tasks = [...instances, ...ofFile].flatMap((task) => reusedTask(run, task, reuse));
  return { run: run.started.run, expansions: expanded.flatMap(({ name }) => expansionOf(run, name)), tasks };
}

function reusedTask({ state, started, texts }: LoadedRun, { name, agent }: Task, { stale }: Reuse): ReusedTask[] {
  const task = state.tasks.get(name);
  const reason = stale.get(fileTaskOf(name)) ?? task?.stale ?? null;
  const end = task ? endOf(task, texts.get(name) ?? '', reason) : null;
  if (!task || !end) return [];
  const assigned = agent === undefined ? task.agent : null;
  return [{ task: name, from: task.reusedFrom ?? started.run, assigned, end }];
}

/**
 * Returns the tasks of `crew` with the instances of the earlier run, each after the task whose results are its items:
 * reused ones, and those whose list is reused.
 */
function expandedAgain({ state }: LoadedRun, crew: Crew, { reused, keepsInstances }: Reuse): Task[] {
  const found: Task[] = [];
  const has = (name: string | undefined) => found.some((task) => task.name === name);
  const isSame = (task: Task) => {
    if (!task.for_each || !state.tasks.get(task.name)?.expansion || has(task.name)) return false;
    const aligned = isAlignedWith(crew, task) ? task.for_each.task : undefined;
    if (aligned !== undefined && !has(aligned)) return false;
    if (reused.has(task.name)) return true;
    return keepsInstances && contextOf(task).every((before) => reused.has(before) || before === aligned);
  };
  for (let next = crew.tasks.find(isSame); next; next = crew.tasks.find(isSame)) found.push(next);
  return found;
}

/** Returns the instances to reuse: all of a reused task, and those with a whole result of a task that runs again. */
function instancesOf({ state }: LoadedRun, parent: string, { reused }: Reuse): Task[] {
  return state.crew.tasks.filter(({ name }) => {
    const task = state.tasks.get(name);
    if (task?.instance?.of !== parent) return false;
    return reused.has(parent) || (task.status === 'completed' && !task.degraded);
  });
}

function expansionOf({ state, started, items }: LoadedRun, name: string): ReusedExpansion[] {
  const count = state.tasks.get(name)?.expansion?.count;
  if (count === undefined) return [];
  const instances = state.crew.tasks.filter((task) => instanceOf(task.name)?.of === name);
  const titles = instances.flatMap(({ title }) => title ?? []);
  const files = instances.flatMap(({ output_file }) => output_file ?? []);
  const from = started.run;
  return [
    {
      task: name,
      count,
      from,
      items: items.get(name) ?? null,
      titles,
      ...(files.length > 0 ? { output_files: files } : {}),
    },
  ];
}

function endOf(task: TaskState, text: string, stale: string | null): ReusedTask['end'] | null {
  switch (task.status) {
    case 'completed': {
      const { degraded, missing, shortened, unmet, edited, choices } = task;
      const origin = { took: resultCostOf(task), files: filesBehind(task), stale };
      return { status: 'completed', text, ...origin, degraded, missing, shortened, unmet, edited, choices };
    }
    case 'failed':
      return task.error && { status: 'failed', error: task.error };
    case 'skipped':
      return { status: 'skipped', because: task.skippedBecause };
    case 'not_chosen':
      return { status: 'not_chosen', because: task.notChosenBecause ?? 'context' };
    case 'cancelled':
      return { status: 'cancelled' };
    case 'pending': // A plan reuses only tasks that have ended.
      return null;
  }
}
