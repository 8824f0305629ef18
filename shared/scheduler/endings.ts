import type { ErrorKind } from '../run/error-kind.ts';
import type { NotChosenBecause } from '../run/not-chosen.ts';
import { contextResults, isExpandedSource } from './context-results.ts';
import type { SchedulerState, TaskRun } from './state.ts';

/** The end of a task without a turn, as an event. */
export type Ending =
  | { type: 'task.not_chosen'; task: string; because?: NotChosenBecause }
  | { type: 'task.skipped'; task: string; because: string[] }
  | { type: 'task.failed'; task: string; kind: ErrorKind; message: string };

/**
 * Returns how a task whose context has ended ends without a turn; null if it can run or expand, or if its expression
 * must be evaluated first. The first rule that applies decides: no choice edge matches; nothing of the context was
 * chosen; a result is missing that the task needs; its expression is false.
 */
export function endAfterContext(state: SchedulerState, task: TaskRun): Ending | null {
  const { graph } = task;
  const closed = closedGates(state, task);
  if (closed) return closed;
  const { notChosen, missing } = contextResults(state, task);
  if (notChosen > 0 && notChosen === graph.before.length) return notChosenEnd(task, 'context');
  const required = graph.required === null ? undefined : state.tasks[graph.required];
  if (required && required.status !== 'completed' && !isExpandedSource(task, required)) {
    if (required.status === 'not_chosen') return notChosenEnd(task, 'context');
    return { type: 'task.skipped', task: graph.name, because: [required.graph.name] };
  }
  if (missing.length > 0 && graph.skipOnFailure)
    return { type: 'task.skipped', task: graph.name, because: [...missing] };
  return task.condition === false ? notChosenEnd(task, 'when') : null;
}

/** Whether the expression of a task must be evaluated: its context has ended, and no earlier rule ends the task. */
export function needsCondition(state: SchedulerState, task: TaskRun): boolean {
  if (!task.graph.isConditional || task.condition !== null || task.phase !== 'context' || task.waitingFor > 0)
    return false;
  return state.phase !== 'before' && endAfterContext(state, task) === null;
}

/** Returns the end of a task if it has choice edges and none matches. A router without a result may have matched. */
function closedGates(state: SchedulerState, task: TaskRun): Ending | null {
  const { gates } = task.graph;
  if (gates.length === 0) return null;
  const routers = gates.flatMap(({ router, choices }) => {
    const run = state.tasks[router];
    if (!run) return [];
    const isOpen = run.status === 'completed' && choices.some((choice) => run.choices.includes(choice));
    // The instances of the task have edges from those of its source.
    return [{ run, isOpen: isOpen || isExpandedSource(task, run) }];
  });
  if (routers.some(({ isOpen }) => isOpen)) return null;
  const failed = routers.filter(({ run: { status } }) => status !== 'completed' && status !== 'not_chosen');
  if (failed.length === 0) return notChosenEnd(task, 'choice');
  const because = [...new Set(failed.map(({ run }) => run.graph.name))];
  return { type: 'task.skipped', task: task.graph.name, because };
}

function notChosenEnd({ graph }: TaskRun, because: NotChosenBecause): Ending {
  return { type: 'task.not_chosen', task: graph.name, because };
}

/**
 * Returns how an expanded task ends whose instances have ended; null if it has a result, which the caller joins. A task
 * that runs a crew file ends as the tasks whose results are its own.
 */
export function endAfterInstances(state: SchedulerState, task: TaskRun): Ending | null {
  if (task.graph.expands === 'crew') return endAfterCrew(state, task);
  if (task.graph.expands === 'repeat') return endAfterRounds(state, task);
  const { name, forEach, instances } = task.graph;
  const ended = instances.flatMap((index) => state.tasks[index] ?? []);
  if (ended.length === 0) return null;
  const failed = ended.find(({ status }) => status === 'failed');
  if (failed && forEach?.onFailure === 'fail') return failedLike(name, failed);
  if (ended.every(({ status }) => status === 'not_chosen')) return notChosenEnd(task, 'context');
  if (ended.some(({ status }) => status === 'completed')) return null;
  if (failed) return failedLike(name, failed);
  const missing = ended.filter(({ status }) => status !== 'not_chosen');
  return { type: 'task.skipped', task: name, because: missing.map(({ graph }) => graph.name) };
}

/** A task of a loop ends as in the last round, unless the loop fails at its maximum number of rounds. */
function endAfterRounds(state: SchedulerState, task: TaskRun): Ending | null {
  const { name, instances, repeat } = task.graph;
  const [last] = instances.flatMap((index) => state.tasks[index] ?? []);
  switch (last?.status) {
    case 'failed':
      return failedLike(name, last);
    case 'not_chosen':
      return notChosenEnd(task, 'context');
    case 'skipped':
      return { type: 'task.skipped', task: name, because: [last.graph.name] };
    default: {
      if (!repeat || nextRound(task) !== null || task.until !== false || repeat.onMax === 'keep') return null;
      const message = `"until" was not true after ${repeat.round} rounds. Raise repeat.max, or set on_max to keep the last results.`;
      return { type: 'task.failed', task: name, kind: 'repeat', message };
    }
  }
}

/** Whether `until` must be evaluated: the last round of the loop has ended with a result. */
export function needsUntil(state: SchedulerState, task: TaskRun): boolean {
  const { graph, phase, waitingFor, until } = task;
  if (!graph.repeat || graph.repeat.round === 0 || phase !== 'joining' || waitingFor > 0 || until !== null)
    return false;
  return graph.instances.every((index) => state.tasks[index]?.status === 'completed');
}

/** Returns the round that a loop must begin; null if its last round has begun, or its condition is true or unknown. */
export function nextRound({ graph, until }: TaskRun): number | null {
  const { repeat } = graph;
  if (!repeat) return null;
  if (repeat.round === 0) return 1;
  return until === false && repeat.round < repeat.max ? repeat.round + 1 : null;
}

function endAfterCrew(state: SchedulerState, task: TaskRun): Ending | null {
  const { name, results } = task.graph;
  const ended = results.flatMap((index) => state.tasks[index] ?? []);
  const without = ended.find(({ status }) => status !== 'completed' && status !== 'not_chosen');
  if (without) return { type: 'task.failed', task: name, kind: 'crew', message: whyNoResult(without) };
  return ended.every(({ status }) => status === 'not_chosen') ? notChosenEnd(task, 'context') : null;
}

function whyNoResult({ graph, status, failure }: TaskRun): string {
  if (status !== 'failed') return `${graph.name} was ${status}, because a task before it has no result.`;
  return `${graph.name}: ${failure?.message ?? 'The attempt failed.'}`;
}

function failedLike(task: string, { graph, failure }: TaskRun): Ending {
  const { kind, message } = failure ?? { kind: 'crash', message: 'The attempt failed.' };
  return { type: 'task.failed', task, kind, message: `${graph.name}: ${message}` };
}
