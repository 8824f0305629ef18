import type { MeasuredFigures } from '../../../shared/figures/figures.ts';
import { exitText } from '../../../shared/figures/slot-labels.ts';
import type { SlotExit } from '../../../shared/run/slot-state.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { TurnState } from '../../../shared/run/turn-state.ts';
import { micro, type TraceEvent, track, trackName } from './event.ts';
import { nested } from './nest.ts';

interface Slice {
  name: string;
  cat: string;
  start: number;
  end: number;
  args: Record<string, unknown>;
}

/** A turn as its track shows it, without overlap. */
export interface ShownTurn {
  turn: TurnState;
  start: number;
  end: number;
}

/** Returns the turns of each slot so that they fit on one track. */
export function shownTurns({ turns, t: now }: RunState): ShownTurn[] {
  const slots = [...new Set(turns.map(({ slot }) => slot))].sort((a, b) => a - b);
  return slots.flatMap((slot) => {
    const own = turns.filter((turn) => turn.slot === slot);
    const spans = own.map((turn) => ({ turn, start: turn.start, end: Math.max(turn.start, turn.end ?? now) }));
    return nested(spans, { start: 0, end: Number.POSITIVE_INFINITY });
  });
}

/**
 * Returns a track per slot: turns with their model calls, tool calls, delegations and milestones, and ends of
 * processes.
 */
export function slotEvents(
  turns: readonly ShownTurn[],
  { slotUse, slotMemoryMib }: MeasuredFigures,
  titles: ReadonlyMap<string, string>,
): TraceEvent[] {
  const slots = [...new Set([...turns.map(({ turn }) => turn.slot), ...slotUse.map(({ slot }) => slot)])];
  return [
    ...slots.sort((a, b) => a - b).flatMap((slot) => trackName('slots', slot, `Slot ${slot}`)),
    ...slotUse.flatMap(({ slot, exits }) => exits.map((exit) => exitEvent(slot, exit, slotMemoryMib))),
    ...turns.flatMap((shown) => turnEvents(shown, titles)),
  ];
}

function exitEvent(slot: number, exit: SlotExit, memoryMib: number): TraceEvent {
  const { t, where, reason, detail, replaced } = exit;
  return {
    name: exitText(exit, memoryMib),
    cat: 'slot',
    ph: 'i',
    s: 't',
    ...track('slots', slot),
    ts: micro(t),
    args: { where, reason, detail, replaced },
  };
}

function turnEvents({ turn, start, end }: ShownTurn, titles: ReadonlyMap<string, string>): TraceEvent[] {
  const { task, agent, attempt, result, error } = turn;
  const whole: Slice = {
    name: titles.get(task) ?? task,
    cat: 'turn',
    start,
    end,
    args: { task, agent, attempt, turn: turn.turn, result, error },
  };
  return [
    ...[whole, ...nested(piecesOf(turn, end), { start, end })].map((slice) => sliceEvent(turn.slot, slice)),
    ...turn.milestones.map(
      ({ name, t, data }): TraceEvent => ({
        name,
        cat: 'milestone',
        ph: 'i',
        s: 't',
        ...track('slots', turn.slot),
        ts: micro(t),
        args: { data },
      }),
    ),
  ];
}

function piecesOf({ delegations, calls, tools }: TurnState, now: number): Slice[] {
  return [
    ...delegations.map(({ from, to, ok, start, end }) => {
      return { name: `${from} → ${to}`, cat: 'delegation', start, end: end ?? now, args: { ok } };
    }),
    ...calls.map(({ agent, model, promptTokens, completionTokens, firstTokenMs, start, end }) => {
      const args = {
        agent,
        prompt_tokens: promptTokens,
        completion_tokens: completionTokens,
        first_token_ms: firstTokenMs,
      };
      return { name: model, cat: 'model', start, end: end ?? now, args };
    }),
    ...tools.map(({ name, agent, ok, rehearsed, start, end }) => {
      return { name, cat: 'tool', start, end: end ?? now, args: { agent, ok, rehearsed } };
    }),
  ];
}

function sliceEvent(slot: number, { name, cat, start, end, args }: Slice): TraceEvent {
  return { name, cat, ph: 'X', ...track('slots', slot), ts: micro(start), dur: micro(end) - micro(start), args };
}
