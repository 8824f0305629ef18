import type { ModelAccess } from '../../shared/slot/protocol.ts';

/**
 * US dollars per million tokens. `cached`: for prompt tokens from the provider's cache; absent if that is not known.
 */
export type Price = NonNullable<ModelAccess['price']>;

const FREE: Price = { prompt: 0, completion: 0, cached: 0 };

/** List prices published by their providers, as of mid 2025; the longest prefix of the model name applies. */
const OPENAI: Readonly<Record<string, Price>> = {
  'gpt-4.1': { prompt: 2, completion: 8, cached: 0.5 },
  'gpt-4.1-mini': { prompt: 0.4, completion: 1.6, cached: 0.1 },
  'gpt-4.1-nano': { prompt: 0.1, completion: 0.4, cached: 0.025 },
  'gpt-4o': { prompt: 2.5, completion: 10, cached: 1.25 },
  'gpt-4o-mini': { prompt: 0.15, completion: 0.6, cached: 0.075 },
  o3: { prompt: 2, completion: 8, cached: 0.5 },
  'o4-mini': { prompt: 1.1, completion: 4.4, cached: 0.275 },
};

/** Returns the price of a model; null if unknown, so that no cost is shown. Local models cost nothing. */
export function priceOf(provider: { name: string; local: boolean }, model: string): Price | null {
  if (provider.local || provider.name === 'rehearsal') return FREE;
  if (provider.name !== 'openai') return null;
  const names = Object.keys(OPENAI).filter((name) => model === name || model.startsWith(`${name}-20`));
  const longest = names.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? null : (OPENAI[longest] ?? null);
}

/**
 * * Returns the cost of a call in US dollars; null if the price is unknown. Cached tokens, which are contained in the
 * prompt tokens, count at the full price if their own price is unknown.
 */
export function costOf(
  price: Price | null,
  promptTokens: number,
  completionTokens: number,
  cachedTokens = 0,
): number | null {
  if (price === null) return null;
  const { prompt, completion, cached = prompt } = price;
  const ofPrompt = (promptTokens - cachedTokens) * prompt + cachedTokens * cached;
  return (ofPrompt + completionTokens * completion) / 1_000_000;
}

/** Whether a call costs less than `costOf` returns, because the price of its cached tokens is unknown. */
export function isCostAtMost(price: Price | null, cachedTokens: number): boolean {
  return price !== null && price.cached === undefined && price.prompt > 0 && cachedTokens > 0;
}
