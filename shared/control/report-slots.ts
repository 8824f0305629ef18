import type { InputOf } from './base/input.ts';
import type { ControlState } from './control-state.ts';
import { interrupt } from './end-run.ts';
import { sampleOf, slotsOver } from './slots/slots.ts';

/** Records a started slot process. */
export function slotStarted(control: ControlState, report: InputOf<'slot.started'>): void {
  control.emit({ ...report });
}

/** Records a slot that can take turns. */
export function slotReady(control: ControlState, report: InputOf<'slot.ready'>): void {
  control.slots.ready(report);
  control.emit({ ...report });
}

/** Records an ended slot process. Interrupts the run if too many processes in a row fail to start. */
export function slotExited(control: ControlState, report: InputOf<'slot.exited'>): void {
  const { slots } = control;
  const { detail, ...exited } = report;
  slots.exited(report);
  control.emit({ ...exited, ...(detail === undefined ? {} : { detail }) });
  if (slots.keepFailing)
    interrupt(control, 'slots', `Slot processes keep exiting right after they start: ${detail ?? exited.reason}`);
}

/** Records the resources of slots. Kills a process that uses too much memory. */
export function slotsSampled(control: ControlState, { samples }: InputOf<'slot.sampled'>): void {
  control.emit(sampleOf(samples));
  for (const slot of slotsOver(control.crew.settings.slot_memory_mib, samples))
    control.effect({ type: 'killSlot', slot, reason: 'memory' });
}
