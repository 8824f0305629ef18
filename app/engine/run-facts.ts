import type { LimitSettings } from '../../shared/control/limits/limits.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { EventOf } from '../../shared/run/events.ts';
import type { RunState } from '../../shared/run/state.ts';

/** Returns the start of the run. A run with an owner always has one. */
export function startedOf(state: RunState): EventOf<'run.started'> {
  if (!state.started) throw new Error('A run was carried before it was started.');
  return state.started;
}

/** Returns the current number of slots. */
export function slotCount(state: RunState): number {
  return state.slotCounts.at(-1)?.slots ?? startedOf(state).settings.slots;
}

/** Returns the limits that a crew file sets. */
export function limitSettings(crew: Crew): LimitSettings {
  const limited = crew.agents.flatMap(({ name, max_rpm }): [string, number][] =>
    max_rpm === undefined ? [] : [[name, max_rpm]],
  );
  return {
    rpm: crew.settings.max_rpm,
    tokensPerMinute: crew.settings.max_tokens_per_minute,
    agentRpm: new Map(limited),
  };
}
