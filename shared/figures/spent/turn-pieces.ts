import type { Interval } from '../../run/intervals.ts';
import type { LeaseState } from '../../run/resource-state.ts';
import type { Question } from '../../run/task-state.ts';
import type { TurnState } from '../../run/turn-state.ts';

/** The activity of a busy slot at one time. `slot`: its own work, outside all calls and waits. */
export type Spending =
  | { kind: 'model' | 'tool'; name: string }
  | { kind: 'permit' | 'lease' | 'person' | 'slot' | 'failed' | 'lost'; name: null };

/** An interval of a turn that is spent on one thing. */
export interface TurnPiece extends Interval {
  on: Spending;
}

/** Returns a key that is equal for equal spendings only. */
export function keyOfSpending({ kind, name }: Spending): string {
  return name === null ? kind : `${kind} ${name}`;
}

/** The events during a turn that are not its own calls. Leases and questions of other turns are ignored. */
export interface TurnContext {
  leases: readonly LeaseState[];
  questions: readonly Question[];
  /** The end of calls and waits that have not ended. */
  now: number;
}

interface Layer extends TurnPiece {
  /** Of two activities at one time, the one with the higher rank counts. */
  rank: number;
}

const RANK = { person: 3, lease: 2, permit: 1, call: 0 };

/**
 * Divides a turn, without gap or overlap. At each instant the first that applies counts: a person's answer, a lease, a
 * permit of the rate limiter, the call that started last (a tool can call a coworker's model), the slot's own work.
 */
export function turnPieces(turn: TurnState, context: TurnContext): TurnPiece[] {
  const { start } = turn;
  const end = Math.max(start, turn.end ?? context.now);
  const layers = layersOf(turn, context).flatMap((layer) => {
    const clipped = { ...layer, start: Math.max(layer.start, start), end: Math.min(layer.end, end) };
    return clipped.end > clipped.start ? [clipped] : [];
  });
  const cuts = [...new Set([start, end, ...layers.flatMap((layer) => [layer.start, layer.end])])].sort((a, b) => a - b);
  const pieces: TurnPiece[] = [];
  for (const [at, from] of cuts.entries()) {
    const until = cuts[at + 1];
    if (until === undefined) break;
    const top = layers.filter((layer) => layer.start <= from && layer.end >= until).reduce(higher, null);
    const on: Spending = top?.on ?? { kind: 'slot', name: null };
    const last = pieces.at(-1);
    if (last && keyOfSpending(last.on) === keyOfSpending(on)) last.end = until;
    else pieces.push({ start: from, end: until, on });
  }
  return pieces;
}

function higher(best: Layer | null, layer: Layer): Layer {
  if (best === null || layer.rank > best.rank) return layer;
  return layer.rank === best.rank && layer.start >= best.start ? layer : best;
}

function layersOf(turn: TurnState, { leases, questions, now }: TurnContext): Layer[] {
  const isOwn = (other: { attempt: number; turn: string | null }) =>
    other.attempt === turn.attempt && other.turn === turn.turn;
  return [
    ...questions.filter(isOwn).map(({ start, end }): Layer => {
      return { start, end: end ?? now, on: { kind: 'person', name: null }, rank: RANK.person };
    }),
    ...leases.filter(isOwn).map(({ requestedAt, acquiredAt, releasedAt }): Layer => {
      const end = acquiredAt ?? releasedAt ?? now;
      return { start: requestedAt, end, on: { kind: 'lease', name: null }, rank: RANK.lease };
    }),
    ...turn.calls.flatMap(({ model, start, end, waitedMs }): Layer[] => [
      { start: start - waitedMs, end: start, on: { kind: 'permit', name: null }, rank: RANK.permit },
      { start, end: end ?? now, on: { kind: 'model', name: model }, rank: RANK.call },
    ]),
    ...turn.tools.map(({ name, start, end }): Layer => {
      return { start, end: end ?? now, on: { kind: 'tool', name }, rank: RANK.call };
    }),
  ];
}
