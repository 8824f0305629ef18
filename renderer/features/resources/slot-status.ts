import type { SlotState } from '../../../shared/run/slot-state.ts';
import type { RunState } from '../../../shared/run/state.ts';

export type SlotStatus = SlotState['status'] | 'running' | 'ended';

/**
 * What a slot of a run does now. After the end of the run, a slot that was starting or ready is `ended`: the journal has no
 * event for a process that ends with the run. @param busy the slots in which a turn runs
 */
export function slotStatus(
  { outcome, interrupted }: Pick<RunState, 'outcome' | 'interrupted'>,
  { slot, status }: Pick<SlotState, 'slot' | 'status'>,
  busy: ReadonlySet<number>,
): SlotStatus {
  const isOver = outcome !== null || interrupted !== null;
  if (isOver && (status === 'starting' || status === 'ready')) return 'ended';
  return busy.has(slot) ? 'running' : status;
}
