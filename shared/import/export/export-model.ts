import { COMPATIBLE, findProvider, REHEARSAL } from '../../crew/providers.ts';
import type { Notes } from '../report.ts';
import type { SourceObject } from '../source.ts';

/** LiteLLM's names of providers that differ from Crewlane's. */
const CREWAI_NAMES: Readonly<Record<string, string>> = {
  google: 'gemini',
  nvidia: 'nvidia_nim',
  together: 'together_ai',
  lmstudio: 'lm_studio',
  vllm: 'hosted_vllm',
  [COMPATIBLE]: 'openai',
};

/**
 * Returns `llm` of an agent: its own model, or that of the crew, because a crew of CrewAI has no model. No key if the agent is
 * only rehearsed.
 */
export function exportModel(agent: SourceObject, settings: SourceObject, notes: Notes): SourceObject {
  const keys = modelOf(agent, settings);
  const { provider, model, parameters, headers, ...rest } = keys;
  const name = typeof provider === 'string' ? provider : REHEARSAL;
  if (name === REHEARSAL) return {};
  const chosen = model ?? findProvider(name)?.defaultModel;
  if (typeof chosen !== 'string') {
    notes
      .below('provider')
      .leftOut(name, { why: 'No model is set for it.', instead: 'Set "llm" in the exported file.' });
    return {};
  }
  const text = `${CREWAI_NAMES[name] ?? name}/${chosen}`;
  const more = {
    ...rest,
    ...(typeof parameters === 'object' ? parameters : {}),
    ...(headers === undefined ? {} : { extra_headers: headers }),
  };
  return { llm: Object.keys(more).length === 0 ? text : { model: text, ...more } };
}

/** Returns the model keys that apply to an agent. An agent with another provider takes over none of the crew's address. */
function modelOf(agent: SourceObject, settings: SourceObject): SourceObject {
  const own = picked(agent);
  const inherited = picked(settings);
  const parameters = { ...objectOf(inherited['parameters']), ...objectOf(own['parameters']) };
  const headers = { ...objectOf(inherited['headers']), ...objectOf(own['headers']) };
  const isElsewhere = own['provider'] !== undefined || own['base_url'] !== undefined;
  const { provider: _provider, base_url: _address, model: _model, api_version: _version, ...shape } = inherited;
  return {
    ...(isElsewhere ? shape : inherited),
    ...own,
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}

const KEYS = ['provider', 'base_url', 'model', 'temperature', 'max_tokens', 'api_version', 'parameters', 'headers'];

function picked(part: SourceObject): SourceObject {
  return Object.fromEntries(KEYS.flatMap((key) => (part[key] === undefined ? [] : [[key, part[key]]])));
}

function objectOf(value: SourceObject[string] | undefined): object {
  return typeof value === 'object' && value !== null ? value : {};
}
