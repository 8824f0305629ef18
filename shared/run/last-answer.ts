import type { LastAnswer } from './events/shapes.ts';
import { resultCallOf } from './result-call.ts';
import type { TaskState } from './task-state.ts';

const TEXTS: Readonly<Record<LastAnswer, string>> = {
  iterations: 'its agent reached max_iterations and had to answer without tools',
  repeated_calls: 'its agent only repeated tool calls and had to answer without tools',
  call_limit: 'the task reached its call_limit, and its agent had to answer without tools',
  token_limit: 'the task reached its token_limit, and its agent had to answer without tools',
};

/** Returns why the result of a task is a last answer without tools; null if it is not. */
export function lastAnswerOf(task: TaskState): LastAnswer | null {
  return resultCallOf(task)?.final ?? null;
}

/** Describes for people why an answer is a last answer. */
export function lastAnswerText(why: LastAnswer): string {
  return TEXTS[why];
}
