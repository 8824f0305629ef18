import type { ErrorKind } from '../run/error-kind.ts';
import { contextResults, isExpandedSource } from './context-results.ts';
import type { SchedulerState, TaskRun } from './state.ts';

/** The end of a task without a turn, as an event. */
export type Ending =
  | { type: 'task.not_chosen'; task: string }
  | { type: 'task.skipped'; task: string; because: string[] }
  | { type: 'task.failed'; task: string; kind: ErrorKind; message: string };

/** Returns how a task ends without a turn because of its context, which has ended; null if it can run or expand. */
export function endAfterContext(state: SchedulerState, task: TaskRun): Ending | null {
  const { graph } = task;
  const { notChosen, missing } = contextResults(state, task);
  if (notChosen > 0 && notChosen === graph.context.length) return { type: 'task.not_chosen', task: graph.name };
  const required = graph.required === null ? undefined : state.tasks[graph.required];
  if (required && required.status !== 'completed' && !isExpandedSource(task, required)) {
    if (required.status === 'not_chosen') return { type: 'task.not_chosen', task: graph.name };
    return { type: 'task.skipped', task: graph.name, because: [required.graph.name] };
  }
  if (missing.length === 0 || !graph.skipOnFailure) return null;
  return { type: 'task.skipped', task: graph.name, because: [...missing] };
}

/** Returns how an expanded task ends whose instances have ended; null if it has a result, which the caller joins. */
export function endAfterInstances(state: SchedulerState, task: TaskRun): Ending | null {
  const { name, forEach, instances } = task.graph;
  const ended = instances.flatMap((index) => state.tasks[index] ?? []);
  if (ended.length === 0) return null;
  const failed = ended.find(({ status }) => status === 'failed');
  if (failed && forEach?.onFailure === 'fail') return failedLike(name, failed);
  if (ended.every(({ status }) => status === 'not_chosen')) return { type: 'task.not_chosen', task: name };
  if (ended.some(({ status }) => status === 'completed')) return null;
  if (failed) return failedLike(name, failed);
  const missing = ended.filter(({ status }) => status !== 'not_chosen');
  return { type: 'task.skipped', task: name, because: missing.map(({ graph }) => graph.name) };
}

function failedLike(task: string, { graph, failure }: TaskRun): Ending {
  const { kind, message } = failure ?? { kind: 'crash', message: 'The attempt failed.' };
  return { type: 'task.failed', task, kind, message: `${graph.name}: ${message}` };
}
