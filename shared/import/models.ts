import { COMPATIBLE, findProvider, PROVIDERS } from '../crew/providers.ts';
import { excerpt, type Notes } from './report.ts';
import { Code, isSourceObject, type SourceObject, type SourceValue } from './source.ts';

/** Names of providers that differ from those of Crewlane and its aliases, as LiteLLM writes them. */
const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  claude: 'anthropic',
  ollama_chat: 'ollama',
  hosted_vllm: 'vllm',
  lm_studio: 'lmstudio',
  custom_openai: COMPATIBLE,
};

/** Providers by the class of LangChain that calls them. */
const PROVIDER_OF_CLASS: Readonly<Record<string, string>> = {
  AzureChatOpenAI: 'azure',
  ChatAnthropic: 'anthropic',
  ChatGoogleGenerativeAI: 'google',
  ChatGroq: 'groq',
  ChatMistralAI: 'mistral',
  ChatNVIDIA: 'nvidia',
  ChatOllama: 'ollama',
  ChatOpenAI: 'openai',
  Ollama: 'ollama',
  OllamaLLM: 'ollama',
};

/** How to recognize the provider of a model without one. All others are models of OpenAI, as CrewAI assumes. */
const PROVIDER_OF_MODEL: readonly (readonly [pattern: RegExp, provider: string])[] = [
  [/^claude/i, 'anthropic'],
  [/^(gemini|gemma)/i, 'google'],
];

/** Keys of a model's settings that are not parameters of its calls. */
const NOT_PARAMETERS: ReadonlySet<string> = new Set([
  'model',
  'provider',
  'base_url',
  'api_base',
  'additional_params',
  'extra_headers',
  'default_headers',
]);
/** Keys without effect in Crewlane, which streams every answer and counts all tokens. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['llm_type', 'is_litellm', 'prefer_upload', 'stream', 'verbose']);
/** Keys that the crew file has under the same name. */
const KEPT: ReadonlySet<string> = new Set(['temperature', 'max_tokens', 'api_version']);

/**
 * Translates a model, given as `"provider/model"`, as an object of settings, or as a call of a class, to the model keys of
 * an agent or of the crew's settings. Returns no keys if the model cannot be used.
 */
export function translateModel(value: SourceValue, notes: Notes): SourceObject {
  if (value === null) return {};
  const settings = settingsOf(value);
  const model = settings?.['model'];
  if (settings === null || typeof model !== 'string' || model === '') {
    const why = value instanceof Code ? 'Crewlane does not run code to get a model.' : 'It names no model.';
    notes.leftOut(excerpt(value), { why, instead: 'Set Model.' });
    return {};
  }
  const address = addressOf(settings, notes);
  const named = namedModel(settings['provider'], model, address);
  if (named === null) {
    notes.leftOut(model, {
      why: 'Crewlane does not know its provider.',
      instead: 'Choose another provider, or set the address of a server that is compatible with OpenAI.',
    });
    return {};
  }
  notes.taken(`${excerpt(model)} → provider ${named.provider}, model ${named.model}`);
  const keys = modelKeys(settings, notes);
  return { ...named, ...(address === null ? {} : { base_url: withVersion(address, named.provider) }), ...keys };
}

function settingsOf(value: SourceValue): SourceObject | null {
  if (typeof value === 'string') return { model: value };
  if (isSourceObject(value)) return value;
  if (!(value instanceof Code) || value.call === null) return null;
  const { name, positional, named } = value.call;
  const { model_name: model = positional[0], openai_api_base: address, ...rest } = named;
  const provider = Object.hasOwn(PROVIDER_OF_CLASS, name) ? PROVIDER_OF_CLASS[name] : undefined;
  return {
    ...(model === undefined ? {} : { model }),
    ...(address === undefined ? {} : { base_url: address }),
    ...(provider === undefined ? {} : { provider }),
    ...rest,
  };
}

function addressOf(settings: SourceObject, notes: Notes): string | null {
  const address = settings['base_url'] ?? settings['api_base'] ?? null;
  if (address === null || typeof address === 'string') return address;
  notes.below('base_url').leftOut(excerpt(address), {
    why: 'It is not a text.',
    instead: 'Set "base_url" in the crew file.',
  });
  return null;
}

/** Returns the provider and the name of a model; null if Crewlane does not know the provider. */
function namedModel(
  given: SourceValue | undefined,
  model: string,
  address: string | null,
): { provider: string; model: string } | null {
  if (typeof given === 'string') return withProvider(given, model, address);
  const at = model.indexOf('/');
  if (at > 0 && at < model.length - 1) {
    const known = withProvider(model.slice(0, at), model.slice(at + 1), address);
    return known === null && address !== null ? { provider: COMPATIBLE, model: model.slice(at + 1) } : known;
  }
  if (address !== null) return { provider: COMPATIBLE, model };
  const [, provider = 'openai'] = PROVIDER_OF_MODEL.find(([pattern]) => pattern.test(model)) ?? [];
  return { provider, model };
}

function withProvider(name: string, model: string, address: string | null) {
  const provider = providerNamed(name);
  if (provider === null) return null;
  // With an address of its own, OpenAI's protocol is meant, not OpenAI's service.
  return { provider: provider === 'openai' && isElsewhere(address) ? COMPATIBLE : provider, model };
}

/** Returns Crewlane's name of a provider; null if it is unknown. */
export function providerNamed(name: string): string | null {
  const lower = name.toLowerCase();
  const wanted = Object.hasOwn(PROVIDER_NAMES, lower) ? PROVIDER_NAMES[lower] : lower;
  const found = PROVIDERS.find((provider) => provider.name === wanted || provider.aliases.includes(lower));
  return found === undefined || found.name === 'rehearsal' ? null : found.name;
}

function isElsewhere(address: string | null): boolean {
  return address !== null && !address.startsWith('https://api.openai.com/');
}

/** A local server's own address has no path; its OpenAI-compatible address ends in `/v1`. */
function withVersion(address: string, provider: string): string {
  const hasNoPath = /^https?:\/\/[^/?#]+\/?$/.test(address);
  return findProvider(provider)?.local && hasNoPath ? `${address.replace(/\/$/, '')}/v1` : address;
}

/** Returns the other keys of a model: those of the crew file, and the rest in `parameters` and `headers`. */
function modelKeys(settings: SourceObject, notes: Notes): SourceObject {
  const keys: SourceObject = {};
  const parameters: SourceObject = {};
  for (const [key, value] of Object.entries(settings)) {
    if (value === null || NOT_PARAMETERS.has(key) || WITHOUT_EFFECT.has(key)) continue;
    const at = notes.below(key);
    if (/api_?key$/i.test(key)) at.leftOut('a key', { why: 'A crew file contains no keys.', instead: KEY_ADVICE });
    else if (/^(callbacks?|interceptor)$/.test(key)) at.leftOut(excerpt(value), CODE);
    else if (key === 'timeout') at.leftOut(excerpt(value), TIMEOUT);
    else if (value instanceof Code) at.leftOut(excerpt(value), CODE);
    else if (KEPT.has(key)) keys[key] = value;
    else parameters[key] = value;
  }
  const more = settings['additional_params'];
  if (isSourceObject(more)) Object.assign(parameters, more);
  const headers = settings['extra_headers'] ?? settings['default_headers'];
  if (isSourceObject(headers)) keys['headers'] = headers;
  if (Object.keys(parameters).length > 0) {
    notes.taken(`parameters: ${Object.keys(parameters).join(', ')}`);
    keys['parameters'] = parameters;
  }
  return keys;
}

const KEY_ADVICE = "Give the key in the window, or in the provider's environment variable.";
const CODE = { why: 'Crewlane does not run code of other projects.', instead: 'Set the value in the crew file.' };
const TIMEOUT = {
  why: 'Crewlane limits the time of an attempt, not of a call.',
  instead: 'Set "timeout_s" of the tasks, or settings.task_timeout_s.',
};
