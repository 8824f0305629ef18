import { z } from 'zod';
import { formatDuration } from '../../figures/format.ts';
import { throttleAgent } from '../../scheduler/turns.ts';
import type { RunState } from '../state.ts';
import { eventKind } from './kind.ts';
import { eventSchema, heldBySchema, limiterSchema } from './shapes.ts';

/** Events of the limits of models: the rate limiter and throttled agents. */
export const LIMIT_EVENTS = {
  /** The rate limiter changed how many calls to an origin may be in flight. */
  limiter: eventKind(limiterSchema, {
    fold: (run, event) => {
      run.limits.push(event);
    },
    describe: ({ in_flight, reason, until, origin }) =>
      `${in_flight} at once, ${reason}${until === undefined ? '' : ` until ${formatDuration(until)}`}, ${origin}`,
  }),
  /** The agent is throttled: its provider is in cooldown, or a per-minute limit is reached. */
  'agent.held': eventKind(eventSchema('agent.held', { agent: z.string(), by: heldBySchema }), {
    fold: (run, { agent, by, t }) => {
      run.held.push({ agent, by, start: t, end: null });
    },
    describe: ({ agent, by }) =>
      by === 'provider' ? `${agent}: provider in cooldown` : `${agent}: per-minute limit reached`,
    schedule: (state, { agent }) => throttleAgent(state, agent),
  }),
  /** The agent is no longer throttled. */
  'agent.freed': eventKind(eventSchema('agent.freed', { agent: z.string() }), {
    fold: (run, { agent, t }) => {
      const last = run.held.findLast((held) => held.agent === agent);
      if (last) last.end ??= t;
    },
    describe: ({ agent }) => agent,
    schedule: (state, { agent }) => state.pools.release(agent),
  }),
};

/** Ends the throttling of all agents. */
export function freeAgents(run: RunState, t: number): void {
  for (const held of run.held) held.end ??= t;
}
