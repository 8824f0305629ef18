/** US dollars a million tokens. */
export interface Price {
  prompt: number;
  completion: number;
}

const FREE: Price = { prompt: 0, completion: 0 };

/** List prices published by their providers, as of mid 2025; the longest name that a model's name begins with counts. */
const OPENAI: Readonly<Record<string, Price>> = {
  'gpt-4.1': { prompt: 2, completion: 8 },
  'gpt-4.1-mini': { prompt: 0.4, completion: 1.6 },
  'gpt-4.1-nano': { prompt: 0.1, completion: 0.4 },
  'gpt-4o': { prompt: 2.5, completion: 10 },
  'gpt-4o-mini': { prompt: 0.15, completion: 0.6 },
  o3: { prompt: 2, completion: 8 },
  'o4-mini': { prompt: 1.1, completion: 4.4 },
};

/** What a model costs; null where that is not known, and then no cost is shown. Models on this machine cost nothing. */
export function priceOf(provider: { name: string; local: boolean }, model: string): Price | null {
  if (provider.local || provider.name === 'rehearsal') return FREE;
  if (provider.name !== 'openai') return null;
  const names = Object.keys(OPENAI).filter((name) => model === name || model.startsWith(`${name}-20`));
  const longest = names.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? null : (OPENAI[longest] ?? null);
}

/** Cost of a call in US dollars. */
export function costOf(price: Price | null, promptTokens: number, completionTokens: number): number | null {
  if (price === null) return null;
  return (promptTokens * price.prompt + completionTokens * price.completion) / 1_000_000;
}
