import type { InputOf } from './base/input.ts';
import type { ControlState } from './control-state.ts';

/** Records that the batch granted a slot for a candidate's turn. */
export function slotGranted(control: ControlState, { slot, candidate, from }: InputOf<'slot.granted'>): void {
  const { task, turn } = candidate;
  control.unusedGrants.add(slot);
  const named = turn === undefined ? { task } : { task, turn };
  control.emit({ type: 'slot.granted', slot, for: named, ...(from === null ? {} : { from }) });
}

/**
 * Returns unused slots to the batch and reports the row's demand. Call this when no decision is left. Returns whether a
 * turn waits for a resource that the rows share. A single run shares nothing.
 */
export function shareDemand(control: ControlState): boolean {
  const { context, unusedGrants, scheduler, run, ending, now } = control;
  if (!context.batch) return false;
  for (const slot of unusedGrants) control.emit({ type: 'slot.returned', slot });
  unusedGrants.clear();
  const sharing = scheduler.sharing(now);
  // A run that was interrupted starts no more turns.
  const candidates = ending?.status === 'interrupted' ? [] : sharing.candidates;
  const slots = new Set([...run.running].map((turn) => turn.slot));
  control.effect({ type: 'shareDemand', slots, demand: { ...sharing, candidates } });
  return candidates.length > 0;
}
