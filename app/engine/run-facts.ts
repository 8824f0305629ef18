import type { Crew } from '../../shared/project/schema.ts';
import type { EventOf } from '../../shared/run/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { LimiterSettings } from './limits/rate-limiter.ts';

/** How the run was started; a run that is carried has been. */
export function startedOf(state: RunState): EventOf<'run.started'> {
  if (!state.started) throw new Error('A run was carried before it was started.');
  return state.started;
}

/** The number of slots that holds now. */
export function slotCount(state: RunState): number {
  return state.slotCounts.at(-1)?.slots ?? startedOf(state).settings.slots;
}

export function limiterSettings(project: Crew): LimiterSettings {
  const agents = new Map(project.agents.map((agent) => [agent.name, agent.max_rpm]));
  return {
    rpm: project.settings.max_rpm,
    tokensPerMinute: project.settings.max_tokens_per_minute,
    agentRpm: (agent) => agents.get(agent),
  };
}
