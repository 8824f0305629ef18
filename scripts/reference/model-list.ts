import { findProvider, type ModelInfo, type ModelPrice } from '@pydantic/genai-prices';
import type { KnownModel, ModelList } from '../../app/models/known-models.ts';

/** The package does not contain its date: change it together with the version. */
export const SOURCE = { package: '@pydantic/genai-prices', version: '0.1.8', date: '2026-09-23' } as const;

/** Our providers, with their names in the package. */
const PROVIDERS: Readonly<Record<string, string>> = {
  openai: 'openai',
  azure: 'azure',
  anthropic: 'anthropic',
  google: 'google',
  mistral: 'mistral',
  groq: 'groq',
  openrouter: 'openrouter',
  deepseek: 'deepseek',
  xai: 'x-ai',
  together: 'together',
};

/** Returns the text of `app/models/model-list.json`, with a line for each model. */
export function modelListText(): string {
  const { source, fallbacks, providers } = modelList();
  const blocks = Object.entries(providers).map(([name, models]) => {
    return `    ${JSON.stringify(name)}: [\n${models.map((model) => `      ${JSON.stringify(model)}`).join(',\n')}\n    ]`;
  });
  return `{\n  "source": ${JSON.stringify(source)},\n  "fallbacks": ${JSON.stringify(fallbacks)},\n  "providers": {\n${blocks.join(',\n')}\n  }\n}\n`;
}

/** The prices and context windows of models, in the order in which their names are tried. */
function modelList(): ModelList {
  const found = Object.entries(PROVIDERS).map(([name, id]) => {
    const provider = findProvider({ providerId: id });
    if (provider === undefined) throw new Error(`${SOURCE.package} has no provider "${id}".`);
    return { name, provider };
  });
  const nameOf = (id: string) => found.flatMap(({ name, provider }) => (provider.id === id ? [name] : []));
  return {
    source: SOURCE,
    fallbacks: Object.fromEntries(
      found.flatMap(({ name, provider: { fallback_model_providers: others = [] } }) =>
        others.length === 0 ? [] : [[name, others.flatMap(nameOf)]],
      ),
    ),
    providers: Object.fromEntries(found.map(({ name, provider }) => [name, provider.models.flatMap(knownModel)])),
  };
}

function knownModel({ match, prices, context_window: window }: ModelInfo): KnownModel[] {
  const price = priceOf(currentPrices(prices));
  if (price === null && window === undefined) return [];
  return [{ match, ...(price === null ? {} : { price }), ...(window === undefined ? {} : { window }) }];
}

/** The prices that applied on the date of the list, at the full rate. */
function currentPrices(prices: ModelInfo['prices']): ModelPrice {
  if (!Array.isArray(prices)) return prices;
  const past = prices.filter(({ constraint }) => {
    return constraint === undefined || (constraint.type === 'start_date' && constraint.start_date <= SOURCE.date);
  });
  return past.at(-1)?.prices ?? {};
}

/** Null for models that are not charged by tokens of text. */
function priceOf({
  input_mtok: input,
  output_mtok: output,
  cache_read_mtok: cached,
}: ModelPrice): KnownModel['price'] | null {
  if (input === undefined || output === undefined) return null;
  const long = longPrice(input, output, cached);
  return {
    prompt: baseOf(input),
    completion: baseOf(output),
    ...(cached === undefined ? {} : { cached: baseOf(cached) }),
    ...(long === null ? {} : { long }),
  };
}

type Rate = NonNullable<ModelPrice[string]>;

function baseOf(rate: Rate): number {
  return typeof rate === 'number' ? rate : rate.base;
}

/** The price of calls with a long prompt, which some models charge at another rate. */
function longPrice(input: Rate, output: Rate, cached: Rate | undefined) {
  const tier = typeof input === 'number' ? undefined : input.tiers.at(-1);
  if (tier === undefined) return null;
  const rate = (of: Rate) => (typeof of === 'number' ? of : (of.tiers.at(-1)?.price ?? of.base));
  return {
    above_tokens: tier.start,
    prompt: tier.price,
    completion: rate(output),
    ...(cached === undefined ? {} : { cached: rate(cached) }),
  };
}
