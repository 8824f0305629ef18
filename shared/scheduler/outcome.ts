import type { EventOf } from '../run/events.ts';
import type { TaskStatus } from '../run/task-state.ts';

export type RunOutcome = EventOf<'run.finished'>['outcome'];

/** How a task ended, as far as the outcome of the run depends on it. */
export interface EndedTask {
  status: TaskStatus;
  degraded: boolean;
  /** Whether it has no dependents. */
  last: boolean;
}

/** Returns the outcome of a run in which every task has ended. A task that was not chosen never counts as a failure. */
export function runOutcome(tasks: readonly EndedTask[]): RunOutcome {
  if (tasks.some((task) => task.status === 'cancelled')) return 'cancelled';
  if (tasks.every((task) => isFine(task) && !task.degraded)) return 'completed';
  return tasks.every((task) => !task.last || isFine(task)) ? 'completed_degraded' : 'failed';
}

function isFine(task: EndedTask): boolean {
  return task.status === 'completed' || task.status === 'not_chosen';
}
