import { type Interval, lengthOf, union } from '../run/intervals.ts';
import type { RunState } from '../run/state.ts';

/** The minimum extension of a cooldown in ms that counts as a separate step. */
const LONGER_MS = 1000;

/** A step of the rate limiter. */
export interface LimitStep {
  t: number;
  seq: number;
  reason: RunState['limits'][number]['reason'];
  /** The call limit before and after the step. */
  before: number;
  after: number;
  /** The final end of the cooldown; null if there was none. */
  until: number | null;
}

/** The rate limiter of one origin. */
export interface LimitFigures {
  origin: string;
  /** In order of time. */
  steps: LimitStep[];
  /** The call limit from each time on. */
  ceiling: { t: number; value: number }[];
  /** The time in which no call could start because of a cooldown. */
  cooldowns: Interval[];
  holdMs: number;
  /** The number of refusals that halved the call limit, and of increases. */
  refused: number;
  recovered: number;
  /** The lowest call limit. */
  least: number;
}

/** Returns all origins whose rate limiter took a step, in order of their first step. `now` ends open intervals. */
export function limitFigures(state: RunState, now: number): LimitFigures[] {
  const origins = [...new Set(state.limits.map(({ origin }) => origin))];
  return origins.map((origin) => figuresOf(state, origin, now));
}

function figuresOf(state: RunState, origin: string, now: number): LimitFigures {
  const { steps, ceiling } = replay(state, origin);
  // Run time does not advance while the run has no owner, but a cooldown does. The resumed run records the remaining
  // cooldown.
  const lastsUntil = (t: number) => state.resumptions.find((resumed) => resumed.t > t)?.t ?? Math.max(now, t);
  const cooldowns = union(
    steps.flatMap(({ t, until }) => (until === null ? [] : [{ start: t, end: Math.min(until, lastsUntil(t)) }])),
  );
  return {
    origin,
    steps,
    ceiling,
    cooldowns,
    holdMs: lengthOf(cooldowns),
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

/**
 * Mirrors the rate limiter: the call limit starts at one call per slot, is restored in a new process, and follows the
 * number of slots until it is lowered.
 */
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
