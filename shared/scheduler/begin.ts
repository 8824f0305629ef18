import type { SlotSource } from './slot-table.ts';
import { orderTurns, type SchedulerState } from './state.ts';
import { markRootsDue, repeatQuestions } from './tasks.ts';
import { releaseAll } from './turns.ts';

/** Applies the content of `run.started`: ranks (higher first), the number of slots, and where the slots come from. */
export function begin(
  state: SchedulerState,
  ranks: Readonly<Record<string, number>>,
  slots: number,
  source: SlotSource,
): void {
  state.slots.setSource(source);
  state.ranks = ranks;
  orderTurns(state);
  state.slots.resize(slots);
  state.phase = 'running';
  markRootsDue(state);
}

/** Another process resumes the run at run time `t`, with empty slots from `source`. */
export function resume(state: SchedulerState, source: SlotSource, t: number): void {
  state.slots.resetAll();
  state.slots.setSource(source);
  state.pools.release();
  state.phase = 'running';
  if (source === 'granted') releaseAll(state);
  repeatQuestions(state, t);
}
