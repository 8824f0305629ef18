import { COMPATIBLE, findProvider, PROVIDERS, REHEARSAL } from './providers.ts';
import type { Agent, Crew } from './schema.ts';

interface NamedModel {
  provider: string;
  model: string;
}

/**
 * Splits `"provider/model"`. Null if the first part names no provider, or if the provider in effect has models with
 * slashes in their names, so that the whole text is such a name.
 */
export function splitModel(name: string, providerInEffect: string): NamedModel | null {
  const at = name.indexOf('/');
  if (at <= 0 || at === name.length - 1 || findProvider(providerInEffect)?.hasSlashes) return null;
  const first = name.slice(0, at).toLowerCase();
  const provider = PROVIDERS.find((one) => one.name === first || one.aliases.includes(first));
  return provider === undefined ? null : { provider: provider.name, model: name.slice(at + 1) };
}

/**
 * Returns the crew with the provider of each `"provider/model"` as its provider. Such a name counts only where neither a
 * provider nor an address is set next to it.
 */
export function withSplitModels<C extends Pick<Crew, 'agents' | 'settings'>>(crew: C): C {
  const settings = splitSettings(crew.settings);
  const inEffect = providerOf(settings);
  const agents = crew.agents.map((agent) => withSplitAgent(agent, inEffect));
  return { ...crew, settings, agents };
}

/** The provider of the crew. A base URL alone means an OpenAI-compatible server. */
export function providerOf({ provider, base_url }: Crew['settings']): string {
  return provider === REHEARSAL && base_url !== undefined ? COMPATIBLE : provider;
}

/** Returns the settings with the provider of a `"provider/model"` as their provider, if no other is set. */
export function splitSettings(settings: Crew['settings']): Crew['settings'] {
  const { provider, base_url, model } = settings;
  if (provider !== REHEARSAL || base_url !== undefined || model === undefined) return settings;
  return { ...settings, ...splitModel(model, provider) };
}

function withSplitAgent(agent: Agent, providerInEffect: string): Agent {
  const { provider, base_url, model } = agent;
  if (provider !== undefined || base_url !== undefined || model === undefined) return agent;
  return { ...agent, ...splitModel(model, providerInEffect) };
}
