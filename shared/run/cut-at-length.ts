import { resultCallOf } from './result-call.ts';
import type { TaskState } from './task-state.ts';

/** Advice for a person about a truncated answer. */
export const CUT_AT_LENGTH_ADVICE = 'The answer ends in the middle: raise max_tokens of its agent.';

/**
 * Whether the result of a task in this run is truncated because the model reached the maximum length of an answer. A
 * result that a person edited is complete. Nothing is known about the results of other runs.
 */
export function isCutAtLength(task: TaskState): boolean {
  return resultCallOf(task)?.cutAtLength ?? false;
}
