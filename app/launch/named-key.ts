/** Returns the key for a provider that may be sent to this origin only; null if there is none. */
export type KeyFor = (provider: string, origin: string) => string | null;

/** The name in the key store of a key that crew files name, such as `CRM_TOKEN`. No provider has such a name. */
export function storedName(key: string): string {
  return `variable ${key}`;
}

/**
 * Returns a key that a crew file names: from the key store, else from the environment; null if there is none.
 * @param origin the only origin that it may be sent to; empty for a program
 */
export function namedKey(keyFor: KeyFor, key: string, origin: string): string | null {
  return keyFor(storedName(key), origin) ?? (process.env[key]?.trim() || null);
}
