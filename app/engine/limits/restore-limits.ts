import type { RunState } from '../../../shared/run/state.ts';
import type { RunEnvironment } from '../request.ts';
import { endpointOf, type ModelEndpoint } from './endpoint.ts';
import { type LimitsBefore, type RestoredCooldown, reachedAfterMs } from './rate-limiter.ts';
import { WINDOW_MS } from './sliding-window.ts';

/** The same moment by the clock on the wall and by the clock that the limits are counted by, in milliseconds. */
export interface Moment {
  wallMs: number;
  t: number;
}

/** The endpoint of each agent's model, by the agent's name. */
export type Lanes = ReadonlyMap<string, ModelEndpoint>;

/** Returns the endpoint of each agent that has one. */
export function lanesOf({ project, access }: Pick<RunEnvironment, 'project' | 'access'>): Lanes {
  return new Map(
    project.agents.flatMap(({ name }): [string, ModelEndpoint][] => {
      const lane = endpointOf(access(name));
      return lane ? [[name, lane]] : [];
    }),
  );
}

/**
 * What the processes that carried a run before have left of the providers' limits at a moment. What they were told
 * goes on by the clock on the wall: run time stood still in between. A journal names the origin that asked to wait, and not
 * the key, so that all `lanes` there are held. Its times are whole milliseconds, as those of a journal, which is told them.
 */
export function limitsBefore(state: RunState, lanes: Lanes, at: Moment): LimitsBefore {
  const now = { wallMs: Math.round(at.wallMs), t: Math.round(at.t) };
  const agoMs = agoBy(state, now.wallMs);
  const each = new Map([...lanes.values()].map((lane) => [lane.name, lane]));
  const holds = [...each.values()].map((lane): RestoredCooldown => {
    const own = state.limits.filter(({ origin }) => origin === lane.origin);
    const untils = own.map(({ t, until = t }) => now.t - agoMs(t) + until - t);
    return { lane, inFlight: own.at(-1)?.in_flight ?? 1, until: Math.max(now.t, ...untils) };
  });
  const uses = usesOf(state).map(({ reached, ...use }) => {
    const lane = lanes.get(use.agent) ?? null;
    return { ...use, lane, leaves: now.t - agoMs(reached) + WINDOW_MS };
  });
  return { uses: uses.filter(({ leaves }) => leaves > now.t), holds: holds.filter(({ until }) => until > now.t) };
}

/**
 * Every call with the time at which it reached its provider. Each interrupted turn may have had an unrecorded call in
 * progress: by the agent that it had delegated to, or else by its own agent.
 */
function usesOf(state: RunState): { agent: string; tokens: number; reached: number }[] {
  const told = state.turns.flatMap(({ calls }) =>
    calls.map(({ agent, start, end, firstTokenMs, promptTokens, completionTokens }) => {
      const reached = start + reachedAfterMs((end ?? start) - start, firstTokenMs);
      return { agent, tokens: promptTokens + completionTokens, reached };
    }),
  );
  const brokenOff = state.turns.flatMap(({ agent, delegations, end, result }) => {
    if (result === 'ok' || result === 'error') return [];
    const inside = delegations.findLast(({ ok }) => ok === null)?.to;
    return [{ agent: inside ?? agent, tokens: 0, reached: end ?? state.t }];
  });
  return [...told, ...brokenOff];
}

/** How many milliseconds before `wallMs` a run time was. A clock on the wall that was set back in between adds nothing. */
function agoBy(state: RunState, wallMs: number): (t: number) => number {
  if (!state.started) return () => 0;
  const known = [{ t: state.started.t, wallMs: state.started.wall_ms }, ...state.resumptions];
  const next = [...state.resumptions, { t: state.t, wallMs }];
  const stoodStill = known.map((from, at) => {
    const to = next[at] ?? from;
    return { t: to.t, ms: Math.max(0, to.wallMs - from.wallMs - (to.t - from.t)) };
  });
  return (t) => stoodStill.reduce((ago, gap) => (gap.t >= t ? ago + gap.ms : ago), state.t - t);
}
