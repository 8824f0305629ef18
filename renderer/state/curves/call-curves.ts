import type { Crew } from '../../../shared/crew/schema.ts';
import { formatNumber } from '../../../shared/figures/format.ts';
import { type LimitFigures, limitFigures } from '../../../shared/figures/limits.ts';
import { union } from '../../../shared/run/intervals.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { ModelCall, TurnState } from '../../../shared/run/turn-state.ts';
import type { Curve } from './curve.ts';
import { type Addend, peakOf, type Step, sumOf } from './steps.ts';

const MINUTE = 60_000;
/** The maximum number of intervals into which the time of a run is divided for rates. */
const BINS = 240;
const MIN_BIN_MS = 100;

/** Calls in flight per origin whose limiter acted; requests and tokens per minute if something limits them. */
export function limitCurves(crew: Crew, state: RunState, calls: readonly ModelCall[], now: number): Curve[] {
  const limits = limitFigures(state, now);
  return [
    ...limits.map((limit) => flightCurve(state, calls, limit, limits.length)),
    ...minuteCurves(crew, calls, limits.length > 0),
  ];
}

function flightCurve(
  state: RunState,
  calls: readonly ModelCall[],
  { origin, ceiling, steps: limitSteps }: LimitFigures,
  origins: number,
): Curve {
  const asked = state.started?.origins;
  const isHere = (agent: string) => (asked ? asked[agent] === origin : origins === 1);
  const ended = calls.filter(({ agent }) => isHere(agent)).map(({ start, end }) => ({ start, end, amount: 1 }));
  const open = [...state.running].filter(({ agent }) => isHere(agent)).map(openCallAddend);
  const steps = sumOf(ended);
  const allowed = ceiling.at(-1)?.value ?? 0;
  return {
    kind: 'calls',
    label: origins === 1 ? 'model calls' : `calls ${new URL(origin).host}`,
    value: open.length === 0 ? 'Calls in flight' : 'Calls in flight, ended by now',
    steps,
    limit: ceiling,
    secondary:
      open.length === 0 ? null : { label: 'Including turns that may be in a call', steps: sumOf([...ended, ...open]) },
    // Up to the time that the provider named, which may be in the future.
    cooldowns: union(limitSteps.flatMap(({ t, until }) => (until === null ? [] : [{ start: t, end: until }]))),
    max: Math.max(peakOf(ceiling), peakOf(steps)),
    note: `limit: ${allowed}`,
  };
}

/** A call is reported when it ends, so a running turn may be in its next call. */
function openCallAddend({ start, calls, tools }: TurnState): Addend {
  return { start: Math.max(start, calls.at(-1)?.end ?? 0, tools.at(-1)?.end ?? 0), end: null, amount: 1 };
}

function minuteCurves(crew: Crew, calls: readonly ModelCall[], isRefused: boolean): Curve[] {
  const { max_rpm: requests, max_tokens_per_minute: tokens } = crew.settings;
  const found: Curve[] = [];
  if (requests !== undefined || isRefused) {
    found.push(minuteCurve('requests/min', calls, () => 1, requests));
  }
  if (tokens !== undefined || isRefused) {
    const spent = ({ promptTokens, completionTokens }: ModelCall) => promptTokens + completionTokens;
    found.push(minuteCurve('tokens/min', calls, spent, tokens));
  }
  for (const { name, max_rpm } of crew.agents) {
    if (max_rpm === undefined) continue;
    const own = calls.filter(({ agent }) => agent === name);
    found.push(minuteCurve(`${name}/min`, own, () => 1, max_rpm));
  }
  return found;
}

/** The calls that began within the last minute, over time, counting only calls that have ended. */
function minuteCurve(
  label: string,
  calls: readonly ModelCall[],
  amountOf: (call: ModelCall) => number,
  ceiling: number | undefined,
): Curve {
  const steps = sumOf(calls.map((call) => ({ start: call.start, end: call.start + MINUTE, amount: amountOf(call) })));
  const peak = peakOf(steps);
  return {
    kind: label === 'tokens/min' ? 'tokens' : 'requests',
    label,
    value: 'Within the last minute',
    steps,
    limit: ceiling === undefined ? [] : [{ t: 0, value: ceiling }],
    secondary: null,
    cooldowns: [],
    max: Math.max(peak, ceiling ?? 1),
    note: ceiling === undefined ? `peak ${formatNumber(peak)}` : `limit ${formatNumber(ceiling)}`,
  };
}

/** Output tokens per second: the tokens of each call, spread over the time in which they arrived. */
export function tokenCurve(calls: readonly ModelCall[], now: number): Curve {
  const bin = Math.max(MIN_BIN_MS, Math.ceil(now / BINS));
  const tokens = new Float64Array(Math.max(1, Math.ceil((now + 1) / bin)));
  for (const call of calls) spread(tokens, bin, call.start + (call.firstTokenMs ?? 0), call.end ?? now, call);
  const steps: Step[] = [];
  for (const [at, count] of tokens.entries()) {
    const value = (count * 1000) / bin;
    if (steps.at(-1)?.value !== value) steps.push({ t: at * bin, value });
  }
  const peak = peakOf(steps);
  return {
    kind: 'tokens',
    label: 'tokens/s',
    value: 'Tokens per second',
    steps,
    limit: [],
    secondary: null,
    cooldowns: [],
    max: peak || 1,
    note: `peak ${formatNumber(peak)}`,
  };
}

function spread(
  bins: Float64Array,
  width: number,
  start: number,
  end: number,
  { completionTokens }: { completionTokens: number },
): void {
  const length = Math.max(1, end - start);
  const first = Math.floor(start / width);
  const last = Math.min(bins.length - 1, Math.floor((start + length) / width));
  for (let at = first; at <= last; at += 1) {
    const inside = Math.min((at + 1) * width, start + length) - Math.max(at * width, start);
    bins[at] = (bins[at] ?? 0) + (completionTokens * Math.max(0, inside)) / length;
  }
}
