import type { ModelAccess } from '../../../shared/slot/protocol.ts';

/** Where calls are limited together: one provider, origin and key. */
export interface ModelEndpoint {
  name: string;
  origin: string;
}

/** Where an agent's model is asked; null where it cannot be. */
export function endpointOf({ provider, base_url, api_key }: ModelAccess): ModelEndpoint | null {
  if (!URL.canParse(base_url)) return null;
  const { origin } = new URL(base_url);
  return { name: laneName(provider, origin, api_key), origin };
}

/** One provider, origin and key, as one text. */
export function laneName(provider: string, origin: string, key: string | null): string {
  return `${provider} ${origin} ${key ?? ''}`;
}
