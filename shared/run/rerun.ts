import { contextOf } from '../crew/context.ts';
import { loopOf } from '../crew/loop.ts';
import type { Crew } from '../crew/schema.ts';
import { findNamed } from '../names.ts';
import { tasksByName } from './expansion/crew-around.ts';
import { fileTaskOf } from './expansion/task-names.ts';
import type { RunState } from './state.ts';
import type { TaskState } from './task-state.ts';

/** The tasks that a rerun repeats. It reuses all others. */
export type RerunChoice =
  | { kind: 'all' }
  /** Tasks without a result or with a degraded result, and everything downstream. */
  | { kind: 'failed' }
  /** A task of the file or of the run and everything downstream, and tasks that are new since the run. */
  | { kind: 'from'; task: string }
  /** Only one task. */
  | { kind: 'only'; task: string }
  /** These tasks and everything downstream. */
  | { kind: 'stale'; stale: ReadonlySet<string> };

export type RerunPlan =
  /**
   * `task`: the task that the choice names; null if it names none. `inner`: the choice names this task inside of `task`,
   * such as `chapter#2`, and everything else inside that does not depend on it is reused.
   */
  | { ok: true; again: ReadonlySet<string>; kept: ReadonlySet<string>; task: string | null; inner: string | null }
  | { ok: false; code: string; message: string };

/** Returns the tasks of `crew` that run again after the run `state`, or why none can. */
export function planRerun(crew: Crew, state: RunState, choice: RerunChoice): RerunPlan {
  if (choice.kind !== 'from' && choice.kind !== 'only') return planFor(crew, state, choice, null);
  const { instance } = state.tasks.get(choice.task) ?? {};
  const outer = fileTaskOf(choice.task);
  if (instance && crew.tasks.some(({ name }) => name === outer)) {
    const plan = planFor(crew, state, { ...choice, task: outer }, outer);
    // A loop runs as a whole.
    return plan.ok && !choice.task.includes('@') ? { ...plan, inner: choice.task } : plan;
  }
  const found = findNamed(crew.tasks, choice.task);
  if (found.status === 'found') {
    const { name } = found.item;
    return planFor(crew, state, { ...choice, task: name }, name);
  }
  const problem = found.status === 'ambiguous' ? 'Several tasks may be' : 'There is no task';
  const names = (found.status === 'ambiguous' ? found.items : crew.tasks).map(({ name }) => name);
  return refused('unknown_task', `${problem} "${choice.task}". The tasks are: ${names.join(', ')}.`);
}

function planFor(crew: Crew, state: RunState, choice: RerunChoice, task: string | null): RerunPlan {
  const names = crew.tasks.map(({ name }) => name);
  const again = tasksAgain(crew, state, choice);
  if (again.size === 0) return refused('nothing_to_run', nothingText(choice, state));
  const kept = names.filter((name) => !again.has(name));
  const open = kept.filter((name) => state.tasks.get(name)?.status === 'pending');
  if (open.length > 0) return refused('cut_off', cutOffText(state, open));
  const unknown = kept.filter((name) => !state.tasks.has(name));
  if (unknown.length > 0) return refused('not_run_yet', notRunYetText(unknown));
  const skipped = choice.kind === 'only' ? missingFor(crew, state, choice.task) : [];
  if (skipped.length > 0 && choice.kind === 'only') return refused('no_context', noContextText(choice.task, skipped));
  return { ok: true, again, kept: new Set(kept), task, inner: null };
}

/**
 * Returns some tasks and all tasks that depend on them, directly or through others. A loop runs as a whole: with one of its
 * tasks, all of them are found.
 */
export function withDownstream(crew: Crew, tasks: Iterable<string>): Set<string> {
  const loops = loopsOf(crew);
  const dependents = new Map<string, string[]>();
  for (const task of crew.tasks) {
    for (const before of contextOf(task)) dependents.set(before, [...(dependents.get(before) ?? []), task.name]);
  }
  const found = new Set(tasks);
  for (const name of found)
    for (const other of [...(dependents.get(name) ?? []), ...(loops.get(name) ?? [])]) found.add(other);
  return found;
}

/** Returns the tasks of its loop for each task of a loop. */
function loopsOf({ tasks }: Crew): ReadonlyMap<string, readonly string[]> {
  return new Map(tasks.flatMap((task) => loopOf(tasks, task).map((name, _, loop) => [name, loop] as const)));
}

/** Returns the tasks of `crew` that have no result in `state`, or a degraded one, and everything downstream. */
export function unfinishedTasks(crew: Crew, state: RunState): Set<string> {
  return withDownstream(crew, namesOf(crew, state, isUnfinished));
}

function tasksAgain(crew: Crew, state: RunState, choice: RerunChoice): Set<string> {
  switch (choice.kind) {
    case 'all':
      return new Set(crew.tasks.map(({ name }) => name));
    case 'failed':
      return unfinishedTasks(crew, state);
    case 'from':
      return withDownstream(crew, [choice.task, ...namesOf(crew, state, (task) => task === undefined)]);
    case 'only':
      return new Set([choice.task, ...(loopsOf(crew).get(choice.task) ?? [])]);
    case 'stale':
      return withDownstream(crew, [...choice.stale, ...namesOf(crew, state, hasNoResult)]);
  }
}

function namesOf(crew: Crew, state: RunState, holds: (task: TaskState | undefined) => boolean): string[] {
  return crew.tasks.map(({ name }) => name).filter((name) => holds(state.tasks.get(name)));
}

function hasNoResult(task: TaskState | undefined): boolean {
  return task?.status !== 'completed' && task?.status !== 'not_chosen';
}

function isUnfinished(task: TaskState | undefined): boolean {
  return hasNoResult(task) || task?.degraded === true;
}

/** Returns the tasks without a result that would cause `name` to be skipped again. */
function missingFor(crew: Crew, state: RunState, name: string): string[] {
  const task = tasksByName(crew).get(name);
  const skips = (task?.on_dependency_failure ?? crew.settings.on_dependency_failure) === 'skip';
  return task && skips ? contextOf(task).filter((before) => hasNoResult(state.tasks.get(before))) : [];
}

function nothingText(choice: RerunChoice, state: RunState): string {
  const run = `run ${state.started?.run ?? ''}`;
  return choice.kind === 'stale'
    ? `Nothing is stale: every result of ${run} is current.`
    : `Nothing to run again: every task of ${run} completed, and none is degraded.`;
}

function cutOffText(state: RunState, open: readonly string[]): string {
  const run = `Run ${state.started?.run ?? ''}`;
  return `${run} was cut off before these tasks ended: ${open.join(', ')}. Resume the run, or run them again with --failed.`;
}

function notRunYetText(unknown: readonly string[]): string {
  return `These tasks are new since that run and have no result to reuse: ${unknown.join(', ')}. Rerun the stale tasks or everything.`;
}

function noContextText(task: string, missing: readonly string[]): string {
  return `"${task}" would be skipped, because ${missing.join(', ')} gave no result. Rerun from there with --from, or set its on_dependency_failure to "continue".`;
}

function refused(code: string, message: string): RerunPlan {
  return { ok: false, code, message };
}
