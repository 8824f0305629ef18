import { z } from 'zod';
import { readJsonFile } from '../base/json-file.ts';
import type { Price } from '../models/prices.ts';

const usd = z.number().nonnegative();
const pricesSchema = z.record(z.string(), z.strictObject({ prompt: usd, completion: usd, cached: usd.optional() }));

/** Prices that a person states for models by name, in US dollars per million tokens, for servers of unknown price. */
export type OwnPrices = ReadonlyMap<string, Price>;

export type OwnPricesRead = { ok: true; prices: OwnPrices } | { ok: false; message: string };

export const NO_OWN_PRICES: OwnPrices = new Map();

/**
 * Reads `prices.json`, such as `{ "my-model": { "prompt": 0.4, "completion": 1.6, "cached": 0.1 } }`. `cached`, the price of
 * prompt tokens from the provider's cache, may be left out. A missing file states no prices.
 */
export async function readOwnPrices(file: string): Promise<OwnPricesRead> {
  const read = await readJsonFile(file);
  if (!read.ok) return read.isMissing ? { ok: true, prices: NO_OWN_PRICES } : unusable(file, read.reason);
  const parsed = pricesSchema.safeParse(read.value);
  if (parsed.success) return { ok: true, prices: new Map(Object.entries(parsed.data)) };
  const issues = parsed.error.issues.slice(0, 10).map(({ path, message }) => `${path.join('./')}: ${message}`);
  return unusable(file, issues.join('; '));
}

function unusable(file: string, why: string): OwnPricesRead {
  const form = '{ "model": { "prompt": 0.4, "completion": 1.6 } }';
  return {
    ok: false,
    message: `The prices in ${file} cannot be used: ${why}. Write them as ${form}, or remove the file.`,
  };
}
