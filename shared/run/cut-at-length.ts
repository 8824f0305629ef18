import { turnNameOf, winnerOf } from './consensus.ts';
import type { TaskState } from './state.ts';

/** What a person can do about an answer that was truncated. */
export const CUT_AT_LENGTH_ADVICE = 'The answer ends in the middle: raise max_tokens of its agent.';

/**
 * Whether what a task gave in this run is not whole, since the model was cut off at the length of an answer. What a person
 * wrote instead is whole; of what another run made nothing is known.
 */
export function isCutAtLength(task: TaskState): boolean {
  if (task.edited || task.cachedFrom !== null || task.reusedFrom !== null) return false;
  const winner = winnerOf(task);
  const name = winner === null ? null : turnNameOf({ kind: 'propose', agent: winner });
  const turns = task.turns.filter(({ turn }) => turn === name);
  const own = turns.flatMap(({ calls }) => calls.filter(({ delegation, error }) => delegation === null && !error));
  return turns.at(-1)?.result === 'ok' && (own.at(-1)?.cutAtLength ?? false);
}
