import { withSplitModels } from './model-name.ts';
import type { Crew } from './schema.ts';

/**
 * Whether a run of the crew is a rehearsal: at least one agent is rehearsed. A run that mixes rehearsed agents with
 * others is refused. The crew's own provider does not count if every agent names another.
 */
export function isRehearsed(crew: Pick<Crew, 'agents' | 'settings'>): boolean {
  const { agents, settings } = withSplitModels(crew);
  const isCrewRehearsed = settings.provider === 'rehearsal' && settings.base_url === undefined;
  if (agents.length === 0) return isCrewRehearsed;
  return agents.some(({ provider, base_url }) =>
    provider === undefined ? base_url === undefined && isCrewRehearsed : provider === 'rehearsal',
  );
}
