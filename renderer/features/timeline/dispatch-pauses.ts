import type { RunState } from '../../../shared/run/state.ts';

/** An interval in which the engine deliberately started nothing; `end` is null while it lasts. */
export interface DispatchPause {
  start: number;
  end: number | null;
  reason: 'paused' | 'budget';
}

/** The pauses of a run, and the intervals in which its budget was used up. */
export function dispatchPausesOf({ paused, overBudget }: RunState): DispatchPause[] {
  return [
    ...paused.map(({ start, end }): DispatchPause => ({ start, end, reason: 'paused' })),
    ...overBudget.map(({ start, end }): DispatchPause => ({ start, end, reason: 'budget' })),
  ];
}

export const PAUSE_TEXT: Readonly<Record<DispatchPause['reason'], string>> = {
  paused: 'paused',
  budget: 'budget used up',
};
