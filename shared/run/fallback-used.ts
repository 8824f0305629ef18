import { resultCallOf } from './result-call.ts';
import type { TaskState } from './task-state.ts';

/** Returns the fallback that gave the result of a task, as `provider/model`; null if its agent's own model did. */
export function fallbackOf(task: TaskState): string | null {
  const call = resultCallOf(task);
  return call?.fallback ? [call.fallback.provider, call.model].filter((part) => part !== '').join('/') : null;
}
