import type { EventOf } from '../run/events.ts';
import type { RunState } from '../run/state.ts';

/** Returns the start of the run. A run with an owner always has one. */
export function startedOf(state: RunState): EventOf<'run.started'> {
  if (!state.started) throw new Error('The run has not started.');
  return state.started;
}

/** Returns the current number of slots. */
export function slotCount(state: RunState): number {
  return state.slotCounts.at(-1)?.slots ?? startedOf(state).settings.slots;
}
