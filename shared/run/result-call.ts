import { turnNameOf, winnerOf } from './consensus.ts';
import type { TaskState } from './task-state.ts';
import type { ModelCall } from './turn-state.ts';

/**
 * Returns the model call whose answer is the result of a task in this run; null for a task without such a result. A
 * result that a person edited is the person's, and nothing is known about the calls of other runs.
 */
export function resultCallOf(task: TaskState): ModelCall | null {
  if (task.edited || task.cachedFrom !== null || task.reusedFrom !== null) return null;
  const winner = winnerOf(task);
  const name = winner === null ? null : turnNameOf({ kind: 'propose', agent: winner });
  const turns = task.turns.filter(({ turn }) => turn === name);
  if (turns.at(-1)?.result !== 'ok') return null;
  const own = turns.flatMap(({ calls }) => calls.filter(({ delegation, error }) => delegation === null && !error));
  return own.at(-1) ?? null;
}
