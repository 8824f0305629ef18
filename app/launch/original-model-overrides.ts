import type { EventOf } from '../../shared/run/events.ts';
import { REHEARSAL } from '../models/providers.ts';
import type { ModelOverrides } from './models.ts';

/** What a person chose when the run was started. Agents may have asked real models beside a crew's unused rehearsal. */
export function originalModelOverrides({ rehearsal, settings }: EventOf<'run.started'>): ModelOverrides {
  const { base_url: baseUrl, model } = settings;
  if (rehearsal) return { provider: REHEARSAL, baseUrl: null, model: null };
  return {
    provider: settings.provider === REHEARSAL ? null : settings.provider,
    baseUrl,
    model,
  };
}
