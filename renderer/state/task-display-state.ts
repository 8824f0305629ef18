import type { TaskState } from '../../shared/run/task-state.ts';
import { isExpanded } from '../../shared/run/tasks-of-run.ts';
import type { AttemptResult } from '../../shared/run/turn-state.ts';

/** The states of a task in the window. */
export type TaskDisplayState =
  | 'idle'
  | 'waiting'
  | 'running'
  | 'retrying'
  | 'in review'
  | 'completed'
  | 'degraded'
  | 'cached'
  | 'failed'
  | 'skipped'
  | 'not chosen'
  | 'cancelled';

/** The custom property with the color of a state. */
export const STATE_COLOR: Readonly<Record<TaskDisplayState, string>> = {
  idle: 'var(--line-strong)',
  waiting: 'var(--waiting)',
  running: 'var(--running)',
  retrying: 'var(--degraded)',
  'in review': 'var(--accent)',
  completed: 'var(--done)',
  degraded: 'var(--degraded)',
  cached: 'var(--done)',
  failed: 'var(--failed)',
  skipped: 'var(--skipped)',
  'not chosen': 'var(--skipped)',
  cancelled: 'var(--skipped)',
};

/** The state of a task in a run. Between two attempts it is retrying. In an interrupted run nothing is running. */
export function taskDisplayState(task: TaskState): TaskDisplayState {
  switch (task.status) {
    case 'pending':
      return pendingState(task);
    case 'completed':
      if (task.degraded) return 'degraded';
      return task.cachedFrom === null ? 'completed' : 'cached';
    case 'failed':
      return 'failed';
    case 'skipped':
      return 'skipped';
    case 'not_chosen':
      return 'not chosen';
    case 'cancelled':
      return 'cancelled';
  }
}

/** An attempt that was asked to stop will be repeated, although it did not fail. */
const NO_FAILURE: ReadonlySet<AttemptResult> = new Set(['ok', 'cancelled']);

/** The tasks of a crew file are known before the first of them starts. */
function hasBegun(task: TaskState): boolean {
  return isExpanded(task) && (task.expansion?.kind === 'for_each' || task.expansion?.startedAt !== null);
}

function pendingState(task: TaskState): TaskDisplayState {
  if (task.running > 0 || hasBegun(task)) return 'running';
  if (task.reviews.some((review) => review.end === null)) return 'in review';
  const last = task.turns.at(-1);
  const failed = last && last.end !== null && last.result !== null && !NO_FAILURE.has(last.result);
  return failed ? 'retrying' : 'waiting';
}

/**
 * The milliseconds that a task's turns have run, including running turns up to `now`; null before the first turn.
 * @param now run time
 */
export function busyMs(task: TaskState, now: number): number | null {
  if (task.turns.length === 0) return null;
  let sum = 0;
  let until = 0;
  for (const turn of task.turns) {
    const start = Math.max(turn.start, until);
    const end = turn.end ?? now;
    if (end > start) sum += end - start;
    until = Math.max(until, end);
  }
  return sum;
}
