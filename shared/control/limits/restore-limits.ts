import type { RunState } from '../../run/state.ts';
import type { ModelEndpoint } from '../base/endpoint.ts';
import { reachedAfterMs } from './call-report.ts';
import type { LimitsBefore, RestoredCooldown } from './limit-actions.ts';
import { WINDOW_MS } from './sliding-window.ts';

/** How long a killed process may have lived after its last event: the interval of samples, and the time of a flush. */
const UNRECORDED_MS = 1100;

/** The same moment on the wall clock and on the clock of the limits, in milliseconds. */
export interface Moment {
  wallMs: number;
  t: number;
}

/** The endpoint of each agent that has one, by the agent's name. */
export type Endpoints = ReadonlyMap<string, ModelEndpoint>;

/**
 * Returns what earlier processes of a run left of the providers' limits at a moment. The time between the processes
 * counts by the wall clock, because run time did not advance. A journal names the origin that asked to wait but not the
 * key, so all endpoints of that origin cool down. Times are whole milliseconds, as in a journal.
 */
export function limitsBefore(state: RunState, endpoints: Endpoints, at: Moment): LimitsBefore {
  const now = { wallMs: Math.round(at.wallMs), t: Math.round(at.t) };
  const agoMs = agoBy(state, now.wallMs);
  const each = new Map([...endpoints.values()].map((endpoint) => [endpoint.name, endpoint]));
  const cooldowns = [...each.values()].map((endpoint): RestoredCooldown => {
    const own = state.limits.filter(({ origin }) => origin === endpoint.origin);
    const untils = own.map(({ t, until = t }) => now.t - agoMs(t) + until - t);
    return { endpoint, callLimit: own.at(-1)?.in_flight ?? 1, until: Math.max(now.t, ...untils) };
  });
  const uses = usesOf(state).map(({ reached, laterMs, ...use }) => {
    const endpoint = endpoints.get(use.agent) ?? null;
    return { ...use, endpoint, leaves: now.t - agoMs(reached) + laterMs + WINDOW_MS };
  });
  return {
    uses: uses.filter(({ leaves }) => leaves > now.t),
    cooldowns: cooldowns.filter(({ until }) => until > now.t),
  };
}

/**
 * Returns every call with the time at which it reached its provider: `reached`, or up to `laterMs` after it. Each
 * interrupted turn may have had an unrecorded call in progress: by the agent that it had delegated to, or else by its own
 * agent. A process that was killed may have lived a little longer than its journal shows.
 */
function usesOf(state: RunState): { agent: string; tokens: number; reached: number; laterMs: number }[] {
  const recorded = state.turns.flatMap(({ calls }) =>
    calls.map(({ agent, start, end, firstTokenMs, promptTokens, completionTokens }) => {
      const reached = start + reachedAfterMs((end ?? start) - start, firstTokenMs);
      return { agent, tokens: promptTokens + completionTokens, reached, laterMs: 0 };
    }),
  );
  const interrupted = state.turns.flatMap(({ agent, delegations, end, result }) => {
    if (result === 'ok' || result === 'error') return [];
    const inside = delegations.findLast(({ ok }) => ok === null)?.to;
    const laterMs = result === 'lost' || result === null ? UNRECORDED_MS : 0;
    return [{ agent: inside ?? agent, tokens: 0, reached: end ?? state.t, laterMs }];
  });
  return [...recorded, ...interrupted];
}

/**
 * Returns a function that converts a run time to the number of milliseconds before `wallMs`. If the wall clock was set
 * back, the time between two processes counts as 0.
 */
function agoBy(state: RunState, wallMs: number): (t: number) => number {
  if (!state.started) return () => 0;
  const known = [{ t: state.started.t, wallMs: state.started.wall_ms }, ...state.resumptions];
  const next = [...state.resumptions, { t: state.t, wallMs }];
  const downtimes = known.map((from, at) => {
    const to = next[at] ?? from;
    return { t: to.t, ms: Math.max(0, to.wallMs - from.wallMs - (to.t - from.t)) };
  });
  return (t) => downtimes.reduce((ago, gap) => (gap.t >= t ? ago + gap.ms : ago), state.t - t);
}
