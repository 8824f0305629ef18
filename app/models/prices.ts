import type { ModelAccess } from '../../shared/slot/agent-model.ts';

/**
 * US dollars per million tokens. `cached`: for prompt tokens from the provider's cache; absent if that is not known.
 */
export type Price = NonNullable<ModelAccess['price']>;

/**
 * Returns the cost of a call in US dollars; null if the price is unknown. Cached tokens, which are contained in the
 * prompt tokens, count at the full price if their own price is unknown. Some models have a price of their own for calls
 * with a long prompt.
 */
export function costOf(
  price: Price | null,
  promptTokens: number,
  completionTokens: number,
  cachedTokens = 0,
): number | null {
  if (price === null) return null;
  const isLong = price.long !== undefined && promptTokens > price.long.above_tokens;
  const { prompt, completion, cached = prompt } = (isLong && price.long) || price;
  const ofPrompt = (promptTokens - cachedTokens) * prompt + cachedTokens * cached;
  return (ofPrompt + completionTokens * completion) / 1_000_000;
}

/** Whether a call costs less than `costOf` returns, because the price of its cached tokens is unknown. */
export function isCostAtMost(price: Price | null, cachedTokens: number): boolean {
  return price !== null && price.cached === undefined && price.prompt > 0 && cachedTokens > 0;
}
