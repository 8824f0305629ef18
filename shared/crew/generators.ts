/** The names of the built-in generators that `settings.prepare` can name. */
export const GENERATOR_NAMES = ['concurrent_processing'] as const;
export type GeneratorName = (typeof GENERATOR_NAMES)[number];

export function isGeneratorName(name: string): name is GeneratorName {
  return GENERATOR_NAMES.some((known) => known === name);
}
