import { z } from 'zod';
import { formatDuration } from '../../figures/format.ts';
import type { SlotState } from '../slot-state.ts';
import type { RunState } from '../state.ts';
import { eventKind } from './kind.ts';
import { eventSchema, exitReasonSchema, ms, slotSamplesSchema, where } from './shapes.ts';

/** Events of the slots: their processes, the grants of a batch, and the measurements of them. */
export const SLOT_EVENTS = {
  /** A slot process was started. */
  'slot.started': eventKind(eventSchema('slot.started', { slot: z.int().positive(), where }), {
    fold: (run, event) => {
      const slot = slotState(run, event.slot);
      const before = slot.exits.at(-1);
      if (before && slot.status === 'exited' && before.reason !== 'ended') before.replaced = true;
      slot.where = event.where;
      slot.status = 'starting';
      closeTimes(slot, event.t);
      slot.starts.push({ start: event.t, end: null, ms: null });
    },
    describe: ({ slot, where: place }) => `slot ${slot}, process ${place}`,
    schedule: (state, { slot }) => state.slots.unready(slot),
  }),
  /** A slot process can run turns. `ms`: the time since it was started. */
  'slot.ready': eventKind(eventSchema('slot.ready', { slot: z.int().positive(), where, ms }), {
    fold: (run, event) => {
      const slot = slotState(run, event.slot);
      const start = slot.starts.at(-1);
      if (start && start.end === null) start.ms = event.ms;
      slot.status = 'ready';
      closeTimes(slot, event.t);
      slot.ready.push({ start: event.t, end: null });
    },
    describe: (event) => `slot ${event.slot}, process ${event.where}, after ${formatDuration(event.ms)}`,
    schedule: (state, { slot }) => state.slots.ready(slot),
  }),
  /** A slot process ended. Unless the run is over, another process takes its slot. */
  'slot.exited': eventKind(
    eventSchema('slot.exited', {
      slot: z.int().positive(),
      where,
      reason: exitReasonSchema,
      detail: z.string().optional(),
    }),
    {
      fold: (run, { t, where: place, reason, detail = null, slot: number }) => {
        const slot = slotState(run, number);
        slot.where = null;
        slot.status = 'exited';
        closeTimes(slot, t);
        slot.exits.push({ t, where: place, reason, detail, replaced: false, stopped: false });
      },
      describe: ({ slot, detail, reason }) => `slot ${slot}: ${detail ?? reason}`,
      schedule: (state, { slot }) => state.slots.unready(slot),
    },
  ),
  /** The row of a batch may use this slot for one turn. */
  'slot.granted': eventKind(
    eventSchema('slot.granted', {
      slot: z.int().positive(),
      /** The turn that the slot is granted for, with every unit that it needs. Absent in journals of earlier versions. */
      for: z.object({ task: z.string(), turn: z.string().optional() }).optional(),
      /** The turn of another row that freed the slot just before. */
      from: z.object({ row: z.int().positive(), task: z.string() }).optional(),
    }),
    {
      fold: (run, event) => {
        slotState(run, event.slot).grantedFrom = event.from ?? null;
      },
      describe: ({ slot, for: wanted, from }) => {
        const turn = wanted?.turn === undefined ? '' : ` ${wanted.turn.replace(':', ' ')}`;
        const whose = wanted === undefined ? '' : ` for ${wanted.task}${turn}`;
        return `slot ${slot}${whose}${from === undefined ? '' : `, freed by ${from.task} of row ${from.row}`}`;
      },
      schedule: (state, event) => state.slots.grant(event.slot, event.for ?? 'any'),
    },
  ),
  /** The row gives back a granted slot that it did not use. */
  'slot.returned': eventKind(eventSchema('slot.returned', { slot: z.int().positive() }), {
    fold: (run, { slot }) => {
      slotState(run, slot).grantedFrom = null;
    },
    describe: ({ slot }) => `slot ${slot}, not used`,
    schedule: (state, { slot }) => state.slots.giveBack(slot),
  }),
  /** Processor time and memory of the slot processes, once per second. */
  sample: eventKind(
    eventSchema('sample', {
      slots: slotSamplesSchema,
    }),
    {
      fold: (run, { t, slots }) => {
        run.samples.push({ t, slots });
        for (const { slot, memory_bytes } of slots) {
          const state = run.slots.get(slot);
          if (state) state.peakMemoryBytes = Math.max(state.peakMemoryBytes, memory_bytes);
        }
      },
      describe: ({ slots }) => `${slots.length} slots measured`,
    },
  ),
};

/** Marks all slot processes as lost: they ended with the process that ran them. */
export function loseSlots(run: RunState, t: number): void {
  for (const slot of run.slots.values()) {
    closeTimes(slot, t);
    if (slot.status !== 'exited') slot.status = 'lost';
  }
}

/** Ends the last interval of a slot's process, in which it was starting or ready. */
function closeTimes({ starts, ready }: SlotState, t: number): void {
  for (const last of [starts.at(-1), ready.at(-1)]) if (last) last.end ??= t;
}

function slotState(run: RunState, number: number): SlotState {
  const known = run.slots.get(number);
  if (known) return known;
  const slot: SlotState = {
    slot: number,
    where: null,
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
