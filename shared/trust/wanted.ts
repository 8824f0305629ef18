import { z } from 'zod';
import type { Capability } from './permission.ts';

/** An action that a run would take, before the decision about it. The fields are those of `Permission`. */
export interface Wanted {
  capability: Capability;
  sentence: string;
  path: string;
  grant: string | null;
  /** Whether foreign crews may do it too. */
  free: boolean;
}

/** The requests to an address that the file names, and each key that they send there. */
export function addressUse(what: string, url: string, keys: readonly string[], path: string): Wanted[] {
  const origin = /^https?:\/\/[^/?#]*/.exec(url)?.[0] ?? url;
  const sentence = `Calls the ${what} at ${origin}.`;
  const call: Wanted = { capability: { kind: 'http', name: what, url }, sentence, path, grant: null, free: false };
  return [call, ...keys.map((key) => keyUse(key, origin, path))];
}

/** As for models: a key is sent to an address that the file names only after a person allowed it. */
export function keyUse(key: string, origin: string, path: string): Wanted {
  return {
    capability: { kind: 'send_key', provider: key, address: origin },
    sentence: `Sends your key ${key} to ${origin}, an address that the file names.`,
    path,
    grant: `key ${key} ${origin}`,
    free: false,
  };
}

/** Normalizes an address, so that hosts that look alike have different spellings. */
export const addressSchema = z.url({ normalize: true });

/** Removes duplicates: two agents that call the same model need one line. */
export function unique(wanted: readonly Wanted[]): Wanted[] {
  return [...new Map(wanted.toReversed().map((each) => [each.sentence, each])).values()].toReversed();
}
