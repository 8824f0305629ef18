import type { RunState } from '../run/state.ts';
import type { TaskFigures } from './task-figures.ts';

export type Outcome = NonNullable<RunState['outcome']> | 'interrupted';

/** The number of tasks by status. */
export interface Counts {
  total: number;
  completed: number;
  failed: number;
  skipped: number;
  notChosen: number;
  cancelled: number;
  pending: number;
  /** The number of completed tasks that are degraded. */
  degraded: number;
  cached: number;
  kept: number;
  /** Tasks completed by turns of this run, or by a person: the completed tasks that are neither cached nor reused. */
  executed: number;
  /** Tasks whose result a person changed or wrote. */
  edited: number;
  concurrent: number;
  sequential: number;
  /** Completed ÷ (all − not chosen), 0 to 1; 1 if no task was needed. */
  successRate: number;
}

/** Whether the run finished and completed its tasks. Only then is its speed meaningful for the crew. */
export function finishedSuccessfully(outcome: Outcome): boolean {
  return outcome === 'completed' || outcome === 'completed_degraded';
}

/** Whether a task counts: not a manager's assignment, and not a task that expanded to others, which count in its place. */
export function isCounted({ isAssignment, isExpanded }: Pick<TaskFigures, 'isAssignment' | 'isExpanded'>): boolean {
  return !isAssignment && !isExpanded;
}

/** Whether this run executed a task to completion, rather than taking its result from the cache or an earlier run. */
export function isExecuted(task: TaskFigures): boolean {
  return task.status === 'completed' && !task.cached && !task.kept && isCounted(task);
}

/** Counts some tasks. Instances count in place of the task that expanded to them. */
export function countsOf(figures: readonly TaskFigures[]): Counts {
  const tasks = figures.filter(isCounted);
  const count = (holds: (task: TaskFigures) => boolean): number => tasks.filter(holds).length;
  const completed = count((task) => task.status === 'completed');
  const notChosen = count((task) => task.status === 'not_chosen');
  const chosen = tasks.length - notChosen;
  return {
    total: tasks.length,
    completed,
    failed: count((task) => task.status === 'failed'),
    skipped: count((task) => task.status === 'skipped'),
    notChosen,
    cancelled: count((task) => task.status === 'cancelled'),
    pending: count((task) => task.status === 'pending'),
    degraded: count((task) => task.degraded),
    cached: count((task) => task.cached),
    kept: count((task) => task.kept),
    executed: count(isExecuted),
    edited: count((task) => task.edited),
    concurrent: count((task) => task.async),
    sequential: count((task) => !task.async),
    successRate: chosen === 0 ? 1 : completed / chosen,
  };
}
