import { REHEARSAL } from '../../shared/crew/providers.ts';
import type { EventOf } from '../../shared/run/events.ts';
import type { ModelOverrides } from './models.ts';

/**
 * Reconstructs the model overrides with which a run was started. If all agents had providers of their own, the crew's
 * provider Rehearsal was unused.
 */
export function originalModelOverrides({ rehearsal, settings }: EventOf<'run.started'>): ModelOverrides {
  const { base_url: baseUrl, model } = settings;
  if (rehearsal) return { provider: REHEARSAL, baseUrl: null, model: null };
  return {
    provider: settings.provider === REHEARSAL ? null : settings.provider,
    baseUrl,
    model,
  };
}
