import { type Interval, lengthOf, union } from '../run/intervals.ts';
import type { RunState } from '../run/state.ts';

/** A wait that got longer by less goes on as the step that it belongs to. */
const LONGER_MS = 1000;

/** What the limiter did at one moment. */
export interface LimitStep {
  t: number;
  seq: number;
  reason: RunState['limits'][number]['reason'];
  /** Calls at once before and after it. */
  before: number;
  after: number;
  /** Until when the provider asked to wait, in the end; null where it did not. */
  until: number | null;
}

/** The limiter of one origin. */
export interface LimitFigures {
  origin: string;
  /** In the order in which they happened. */
  steps: LimitStep[];
  /** How many calls at once it let have, from each time on. */
  ceiling: { t: number; value: number }[];
  /** Time in which no call was let begin, since the provider had asked to wait. */
  holds: Interval[];
  holdMs: number;
  /** Refusals that halved it, and times that it was raised again. */
  refused: number;
  recovered: number;
  /** The fewest calls at once. */
  least: number;
}

/** Every origin whose limiter did something, in the order in which they began; `now` ends what lasts. */
export function limitFigures(state: RunState, now: number): LimitFigures[] {
  const origins = [...new Set(state.limits.map(({ origin }) => origin))];
  return origins.map((origin) => figuresOf(state, origin, now));
}

function figuresOf(state: RunState, origin: string, now: number): LimitFigures {
  const { steps, ceiling } = replay(state, origin);
  // Run time stood still until another process went on, and a hold did not: what was left of it is said there again.
  const lastsUntil = (t: number) => state.resumptions.find((resumed) => resumed.t > t)?.t ?? Math.max(now, t);
  const holds = union(
    steps.flatMap(({ t, until }) => (until === null ? [] : [{ start: t, end: Math.min(until, lastsUntil(t)) }])),
  );
  return {
    origin,
    steps,
    ceiling,
    holds,
    holdMs: lengthOf(holds),
    refused: steps.filter(({ reason }) => reason === 'refused').length,
    recovered: steps.filter(({ reason }) => reason === 'recovered').length,
    least: ceiling.reduce((least, { value }) => Math.min(least, value), Number.POSITIVE_INFINITY),
  };
}

type Change = { t: number } & (
  | { kind: 'slots'; slots: number }
  | { kind: 'resumed' }
  | { kind: 'limiter'; event: RunState['limits'][number] }
);

/** As the limiter does it: at first one call a slot, whole again in another process, and moved with the slots while whole. */
function replay(state: RunState, origin: string): Pick<LimitFigures, 'steps' | 'ceiling'> {
  const changes: Change[] = [
    ...state.slotCounts.map(({ t, slots }) => ({ kind: 'slots' as const, t, slots })),
    ...state.resumptions.map(({ t }) => ({ kind: 'resumed' as const, t })),
    ...state.limits
      .filter((event) => event.origin === origin)
      .map((event) => ({ kind: 'limiter' as const, t: event.t, event })),
  ];
  const steps: LimitStep[] = [];
  const ceiling: LimitFigures['ceiling'] = [];
  let slots = 0;
  let allowed = 0;
  for (const change of changes.sort((a, b) => a.t - b.t)) {
    const before = allowed;
    switch (change.kind) {
      case 'slots':
        if (allowed === slots) allowed = change.slots;
        slots = change.slots;
        break;
      case 'resumed':
        allowed = slots;
        break;
      case 'limiter': {
        const { t, seq, reason, in_flight, until } = change.event;
        allowed = in_flight;
        const last = steps.at(-1);
        const isSame = reason === 'extended' && last && (until ?? 0) - (last.until ?? 0) < LONGER_MS;
        if (isSame) last.until = until ?? null;
        else steps.push({ t, seq, reason, before, after: allowed, until: until ?? null });
        break;
      }
      default:
        change satisfies never;
    }
    if (allowed !== before) ceiling.push({ t: change.t, value: allowed });
  }
  return { steps, ceiling };
}
