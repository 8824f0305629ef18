import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Price } from '../models/prices.ts';

const usd = z.number().nonnegative();
const pricesSchema = z.record(z.string(), z.strictObject({ prompt: usd, completion: usd }));

/** Prices that a person states for models by name, US dollars a million tokens: for servers whose prices nobody knows. */
export type OwnPrices = ReadonlyMap<string, Price>;

export type OwnPricesRead = { ok: true; prices: OwnPrices } | { ok: false; message: string };

export const NO_OWN_PRICES: OwnPrices = new Map();

/** Reads `prices.json`, such as `{ "my-model": { "prompt": 0.4, "completion": 1.6 } }`; where there is none, there are none. */
export async function readOwnPrices(file: string): Promise<OwnPricesRead> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { ok: true, prices: NO_OWN_PRICES };
    return unusable(file, error instanceof Error ? error.message : String(error));
  }
  try {
    const parsed = pricesSchema.safeParse(JSON.parse(text));
    if (parsed.success) return { ok: true, prices: new Map(Object.entries(parsed.data)) };
    return unusable(file, parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  } catch (error) {
    return unusable(file, error instanceof Error ? error.message : String(error));
  }
}

function unusable(file: string, why: string): OwnPricesRead {
  const form = '{ "model": { "prompt": 0.4, "completion": 1.6 } }';
  return {
    ok: false,
    message: `The prices in ${file} cannot be used: ${why}. Write them as ${form}, or remove the file.`,
  };
}
