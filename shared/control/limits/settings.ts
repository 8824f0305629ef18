import type { Crew } from '../../crew/schema.ts';

/** The limits of a crew. */
export interface LimitSettings {
  /** Requests and tokens per minute of each endpoint (provider, origin and key), over all slots; undefined: no limit. */
  rpm: number | undefined;
  tokensPerMinute: number | undefined;
  /** Requests per minute of each limited agent, by name. */
  agentRpm: ReadonlyMap<string, number>;
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

/** Returns whether anything is limited. */
export function isLimited({ rpm, tokensPerMinute, agentRpm }: LimitSettings): boolean {
  return rpm !== undefined || tokensPerMinute !== undefined || agentRpm.size > 0;
}
