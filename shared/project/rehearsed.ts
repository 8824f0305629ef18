import type { Crew } from './schema.ts';

/**
 * Whether a run of the crew as it stands calls no model: at least one agent is rehearsed. A run of rehearsed agents beside
 * others is refused. The crew's own provider does not count where every agent names another.
 */
export function isRehearsed({ agents, settings }: Pick<Crew, 'agents' | 'settings'>): boolean {
  const isCrewRehearsed = settings.provider === 'rehearsal' && settings.base_url === undefined;
  if (agents.length === 0) return isCrewRehearsed;
  return agents.some(({ provider, base_url }) =>
    provider === undefined ? base_url === undefined && isCrewRehearsed : provider === 'rehearsal',
  );
}
