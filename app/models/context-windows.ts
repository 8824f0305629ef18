const DEFAULT_TOKENS = 128_000;

/** Context windows in tokens, by prefix of the model name. */
const KNOWN: readonly (readonly [string, number])[] = [
  ['gpt-4.1', 1_047_576],
  ['gpt-4o', 128_000],
  ['o3', 200_000],
  ['o4-mini', 200_000],
  ['claude', 200_000],
  ['gemini', 1_048_576],
  ['mistral', 128_000],
  ['deepseek', 64_000],
];

/** Returns the context window of a model in tokens; a usual size if unknown. */
export function contextWindowOf(model: string): number {
  return knownWindowOf(model) ?? DEFAULT_TOKENS;
}

/** Returns the context window of a model in tokens; null if unknown. */
export function knownWindowOf(model: string): number | null {
  return KNOWN.find(([name]) => model.startsWith(name))?.[1] ?? null;
}
