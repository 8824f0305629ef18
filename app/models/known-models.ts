import { z } from 'zod';
import type { Provider } from '../../shared/crew/providers.ts';
import { memoized } from '../../shared/memoized.ts';
import list from './model-list.json' with { type: 'json' };
import type { Price } from './prices.ts';

/** Which names belong to a model. */
type Match =
  | { equals: string }
  | { starts_with: string }
  | { ends_with: string }
  | { contains: string }
  | { regex: string }
  | { or: Match[] }
  | { and: Match[] };
const matchSchema: z.ZodType<Match> = z.lazy(() =>
  z.union([
    z.object({ equals: z.string() }),
    z.object({ starts_with: z.string() }),
    z.object({ ends_with: z.string() }),
    z.object({ contains: z.string() }),
    z.object({ regex: z.string() }),
    z.object({ or: z.array(matchSchema) }),
    z.object({ and: z.array(matchSchema) }),
  ]),
);

const rate = { prompt: z.number(), completion: z.number(), cached: z.number().optional() };
const knownModel = z.object({
  match: matchSchema,
  price: z.object({ ...rate, long: z.object({ above_tokens: z.int(), ...rate }).optional() }).optional(),
  /** The context window in tokens. */
  window: z.int().positive().optional(),
});
export type KnownModel = z.infer<typeof knownModel>;
const modelList = z.object({
  source: z.object({ package: z.string(), version: z.string(), date: z.string() }),
  /** Providers that also serve the models of others, at their prices. */
  fallbacks: z.record(z.string(), z.array(z.string())),
  providers: z.record(z.string(), z.array(knownModel)),
});
export type ModelList = z.infer<typeof modelList>;

/** Parsed on first use: most processes need no prices. */
const parsedList = memoized((json: object): ModelList => modelList.parse(json));

/** The prices and context windows of models, made from a maintained package when Crewlane is built. */
function knownModels(): ModelList {
  return parsedList(list);
}

/** Where the prices and context windows come from, with their date, for people. */
export function modelListSource(): string {
  const { source } = knownModels();
  return `${source.package} ${source.version}, ${source.date}`;
}

const FREE: Price = { prompt: 0, completion: 0, cached: 0 };
const DEFAULT_TOKENS = 128_000;
/** Context windows of families of models that the list does not have, by the beginning of their names. */
const FAMILIES: readonly (readonly [string, number])[] = [
  ['gpt-4.1', 1_047_576],
  ['claude', 200_000],
  ['gemini', 1_048_576],
  ['mistral', 128_000],
];

/** Returns the price of a model; null if unknown, so that no cost is shown. Local models cost nothing. */
export function priceOf({ name, local }: Pick<Provider, 'name' | 'local'>, model: string): Price | null {
  if (local || name === 'rehearsal') return FREE;
  return find(name, model, ({ price }) => price) ?? null;
}

/** Returns the context window of a model in tokens; a usual size if unknown. */
export function contextWindowOf(provider: string, model: string): number {
  return knownWindowOf(provider, model) ?? DEFAULT_TOKENS;
}

/** Returns the context window of a model in tokens; null if unknown. Models of other servers are found by their name. */
export function knownWindowOf(provider: string, model: string): number | null {
  const own = find(provider, model, ({ window }) => window);
  if (own !== undefined) return own;
  const elsewhere = Object.keys(knownModels().providers).map((other) => find(other, model, ({ window }) => window));
  return (
    elsewhere.find((window) => window !== undefined) ?? FAMILIES.find(([name]) => model.startsWith(name))?.[1] ?? null
  );
}

/** The first value that is known for a model of a provider, or of a provider whose models it serves. */
function find<Value>(
  provider: string,
  model: string,
  read: (known: KnownModel) => Value | undefined,
): Value | undefined {
  const { providers, fallbacks } = knownModels();
  const name = model.toLowerCase();
  const models = [provider, ...(fallbacks[provider] ?? [])].flatMap((one) => providers[one] ?? []);
  const found = models.find((known) => matches(known.match, name) && read(known) !== undefined);
  return found && read(found);
}

function matches(match: Match, name: string): boolean {
  if ('equals' in match) return name === match.equals.toLowerCase();
  if ('starts_with' in match) return name.startsWith(match.starts_with.toLowerCase());
  if ('ends_with' in match) return name.endsWith(match.ends_with.toLowerCase());
  if ('contains' in match) return name.includes(match.contains.toLowerCase());
  if ('regex' in match) return new RegExp(match.regex, 'i').test(name);
  return 'or' in match ? match.or.some((one) => matches(one, name)) : match.and.every((one) => matches(one, name));
}
