import type { TurnState } from './turn-state.ts';

/** The model calls of a turn of a task. */
export interface CallCount {
  /** The number of calls of one turn. */
  calls: number;
  /** The tokens of one call. */
  tokens: number;
}

/** Returns the mean number of model calls of these turns and the mean of their tokens, rounded; null without calls. */
export function callCountOf(turns: readonly Pick<TurnState, 'calls'>[]): CallCount | null {
  const calls = turns.flatMap((turn) => turn.calls);
  if (calls.length === 0) return null;
  const tokens = calls.reduce((sum, call) => sum + call.promptTokens + call.completionTokens, 0);
  return { calls: Math.max(1, Math.round(calls.length / turns.length)), tokens: Math.round(tokens / calls.length) };
}

/** Returns how long a turn has held its slot without waiting for permits, in whole milliseconds; 0 while it runs. */
export function workMs({ start, end, calls }: Pick<TurnState, 'start' | 'end' | 'calls'>): number {
  if (end === null) return 0;
  return Math.max(0, end - start - calls.reduce((sum, { waitedMs }) => sum + waitedMs, 0));
}
