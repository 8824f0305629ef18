import { PROVIDERS } from '../../shared/crew/providers.ts';
import { type KeyFor, storedName } from '../launch/named-key.ts';

/**
 * Removes the API keys of all providers from `env`, so that child processes do not inherit them. @returns a lookup of
 * the removed keys
 */
export function takeKeys(env: Record<string, string | undefined>): KeyFor {
  const keys = new Map<string, string>();
  for (const { name, keyVariable } of PROVIDERS) {
    const key = keyVariable === null ? undefined : env[keyVariable]?.trim();
    if (key) keys.set(name, key);
    if (key && keyVariable !== null) keys.set(storedName(keyVariable), key);
  }
  for (const { keyVariable } of PROVIDERS) if (keyVariable !== null) delete env[keyVariable];
  // The launch checks where a key may be sent: to the origin of its provider, or to an address that a person chose.
  return (provider) => keys.get(provider) ?? null;
}
