import { z } from 'zod';
import { readJsonFile } from '../base/json-file.ts';
import type { Price } from '../models/prices.ts';

const usd = z.number().nonnegative();
const pricesSchema = z.record(z.string(), z.strictObject({ prompt: usd, completion: usd, cached: usd.optional() }));

/** Prices by model name that a person configured, in US dollars per million tokens, for servers with unknown prices. */
export type CustomPrices = ReadonlyMap<string, Price>;

export type CustomPricesResult = { ok: true; prices: CustomPrices } | { ok: false; message: string };

export const NO_CUSTOM_PRICES: CustomPrices = new Map();

/**
 * Reads `prices.json`, such as `{ "my-model": { "prompt": 0.4, "completion": 1.6, "cached": 0.1 } }`. `cached` is the
 * optional price of prompt tokens from the provider's cache. A missing file means no custom prices.
 */
export async function readCustomPrices(file: string): Promise<CustomPricesResult> {
  const read = await readJsonFile(file);
  if (!read.ok) return read.isMissing ? { ok: true, prices: NO_CUSTOM_PRICES } : unusable(file, read.reason);
  const parsed = pricesSchema.safeParse(read.value);
  if (parsed.success) return { ok: true, prices: new Map(Object.entries(parsed.data)) };
  const issues = parsed.error.issues.slice(0, 10).map(({ path, message }) => `${path.join('./')}: ${message}`);
  return unusable(file, issues.join('; '));
}

function unusable(file: string, why: string): CustomPricesResult {
  const form = '{ "model": { "prompt": 0.4, "completion": 1.6 } }';
  return {
    ok: false,
    message: `The prices in ${file} cannot be used: ${why}. Write them as ${form}, or remove the file.`,
  };
}
