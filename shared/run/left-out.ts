import { resultCallOf } from './result-call.ts';
import type { TaskState } from './task-state.ts';

/** Returns the names of the settings that the model of a task's result does not accept, so that they were not sent. */
export function leftOutOf(task: TaskState): readonly string[] {
  return resultCallOf(task)?.leftOut ?? [];
}
