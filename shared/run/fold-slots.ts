import type { EventOf } from './events.ts';
import type { RunState, SlotState } from './state.ts';

type SlotEvent = EventOf<'slot.started' | 'slot.ready' | 'slot.exited' | 'slot.granted' | 'slot.returned'>;

/** What an event of a slot's process changes of the run. */
export function applySlotEvent(run: RunState, event: SlotEvent): void {
  const slot = slotState(run, event.slot, event.t);
  switch (event.type) {
    case 'slot.started': {
      const before = slot.exits.at(-1);
      if (before && slot.status === 'exited' && before.reason !== 'ended') before.replaced = true;
      slot.pid = event.pid;
      slot.status = 'starting';
      slot.startedAt = event.t;
      slot.readyAt = null;
      return;
    }
    case 'slot.ready':
      slot.status = 'ready';
      slot.readyAt = event.t;
      return;
    case 'slot.exited':
      slot.pid = null;
      slot.status = 'exited';
      slot.exits.push({
        t: event.t,
        pid: event.pid,
        reason: event.reason,
        detail: event.detail ?? null,
        replaced: false,
      });
      return;
    case 'slot.granted':
      slot.grantedFrom = event.from ?? null;
      return;
    case 'slot.returned':
      slot.grantedFrom = null;
      return;
    default:
      event satisfies never;
  }
}

function slotState(run: RunState, number: number, t: number): SlotState {
  const known = run.slots.get(number);
  if (known) return known;
  const slot: SlotState = {
    slot: number,
    pid: null,
    status: 'starting',
    startedAt: t,
    readyAt: null,
    grantedFrom: null,
    exits: [],
    peakMemoryBytes: 0,
  };
  run.slots.set(number, slot);
  return slot;
}

/** A batch's broker says how much of a pool is left for this run. */
export function applyRoom({ rooms }: RunState, { t, pool, free }: EventOf<'pool.room'>): void {
  const steps = rooms.get(pool);
  if (steps) steps.push({ t, free });
  else rooms.set(pool, [{ t, free }]);
}

export function applySample(run: RunState, event: EventOf<'sample'>): void {
  run.samples.push({ t: event.t, slots: event.slots });
  for (const { slot, memory_bytes } of event.slots) {
    const state = run.slots.get(slot);
    if (state) state.peakMemoryBytes = Math.max(state.peakMemoryBytes, memory_bytes);
  }
}
