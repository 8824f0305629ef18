import { orderTurns, type SchedulerState } from './state.ts';
import { markRootsDue, repeatQuestions } from './tasks.ts';
import { releaseAll } from './turns.ts';

/** What `run.started` says: ranks (higher first) and the number of slots. */
export function begin(state: SchedulerState, ranks: Readonly<Record<string, number>>, slots: number): void {
  orderTurns(state, ranks);
  state.slots.resize(slots);
  state.phase = 'running';
  markRootsDue(state);
}

/** Another process resumes the run at run time `t`: its slots are empty, and a row of a batch shares them again. */
export function resume(state: SchedulerState, isInBatch: boolean, t: number): void {
  state.slots.resetAll();
  state.slots.share(isInBatch);
  state.pools.release();
  state.phase = 'running';
  if (isInBatch) releaseAll(state);
  repeatQuestions(state, t);
}
