import type { EventOf } from './events.ts';
import type { RunState, SlotState } from './state.ts';

type SlotEvent = EventOf<'slot.started' | 'slot.ready' | 'slot.exited' | 'slot.granted' | 'slot.returned'>;

/** What an event of a slot's process changes of the run. */
export function applySlotEvent(run: RunState, event: SlotEvent): void {
  const slot = slotState(run, event.slot);
  switch (event.type) {
    case 'slot.started': {
      const before = slot.exits.at(-1);
      if (before && slot.status === 'exited' && before.reason !== 'ended') before.replaced = true;
      slot.pid = event.pid;
      slot.status = 'starting';
      closeTimes(slot, event.t);
      slot.starts.push({ start: event.t, end: null, ms: null });
      return;
    }
    case 'slot.ready': {
      const start = slot.starts.at(-1);
      if (start && start.end === null) start.ms = event.ms;
      slot.status = 'ready';
      closeTimes(slot, event.t);
      slot.ready.push({ start: event.t, end: null });
      return;
    }
    case 'slot.exited':
      slot.pid = null;
      slot.status = 'exited';
      closeTimes(slot, event.t);
      slot.exits.push({
        t: event.t,
        pid: event.pid,
        reason: event.reason,
        detail: event.detail ?? null,
        replaced: false,
        stopped: false,
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

/** Ends the processes of all slots, which ended with the process that ran them. */
export function loseSlots(run: RunState, t: number): void {
  for (const slot of run.slots.values()) {
    closeTimes(slot, t);
    if (slot.status !== 'exited') slot.status = 'lost';
  }
}

/** Ends what a slot's process did last: starting or being ready. */
function closeTimes({ starts, ready }: SlotState, t: number): void {
  for (const last of [starts.at(-1), ready.at(-1)]) if (last) last.end ??= t;
}

function slotState(run: RunState, number: number): SlotState {
  const known = run.slots.get(number);
  if (known) return known;
  const slot: SlotState = {
    slot: number,
    pid: null,
    status: 'starting',
    starts: [],
    ready: [],
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
