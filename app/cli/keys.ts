import type { KeyFor } from '../launch/run-environment.ts';
import { PROVIDERS } from '../models/providers.ts';

/** Takes the providers' keys out of an environment, so that nothing started from here inherits them. */
export function takeKeys(env: Record<string, string | undefined>): KeyFor {
  const keys = new Map<string, string>();
  for (const { name, keyVariable } of PROVIDERS) {
    const key = keyVariable === null ? undefined : env[keyVariable]?.trim();
    if (key) keys.set(name, key);
  }
  for (const { keyVariable } of PROVIDERS) if (keyVariable !== null) delete env[keyVariable];
  // Where a key may go is settled before a run starts: to its provider's origin, or to an address that a person chose.
  return (provider) => keys.get(provider) ?? null;
}
