import type { RunState } from '../../shared/run/state.ts';
import { countedTasks } from '../../shared/run/tasks-of-run.ts';

/** The number of tasks of a run, and of those that have ended. Instances count in place of the task with `for_each`. */
export interface TaskProgress {
  done: number;
  total: number;
}

/** Counts the tasks of a run. */
export function taskProgress(state: RunState): TaskProgress {
  const tasks = countedTasks(state);
  return { done: tasks.filter(({ status }) => status !== 'pending').length, total: tasks.length };
}
