import { providerNamed } from '../models.ts';
import { excerpt, type Notes } from '../report.ts';
import { Code, type SourceObject } from '../source.ts';

/** Keys of `configure` that the settings of a crew have, by their name there. */
const SETTINGS: ReadonlyMap<string, string> = new Map([
  ['temperature', 'temperature'],
  ['max_tokens', 'max_tokens'],
  ['max_concurrent_tasks', 'max_concurrent_tasks'],
  ['task_timeout', 'task_timeout_s'],
  ['resource_pool_size', 'resource_pool_size'],
  ['base_url', 'base_url'],
  ['api_version', 'api_version'],
]);
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'log_level',
  'pricing',
  'ollama_native_tools',
  'timeout',
  'verbose',
]);

/** Returns the settings of a crew for the values of `RCrewAI.configure`. */
export function settingsOf(configuration: SourceObject, notes: Notes): SourceObject {
  const { llm_provider: provider, ...rest } = configuration;
  const settings: SourceObject = {};
  const named = typeof provider === 'string' ? providerNamed(provider) : null;
  if (named !== null) settings['provider'] = named;
  else if (provider !== undefined)
    notes
      .below('llm_provider')
      .leftOut(excerpt(provider), { why: 'There is no such provider.', instead: 'Set Provider.' });
  for (const [key, value] of Object.entries(rest)) {
    const at = notes.below(key);
    const own = SETTINGS.get(key);
    const ofProvider = /^(?:(\w+)_)?model$/.exec(key);
    if (/api_key$/.test(key))
      at.leftOut('a key', { why: 'A crew file contains no keys.', instead: 'Give it in the window.' });
    else if (value instanceof Code)
      at.leftOut(excerpt(value), {
        why: 'Crewlane does not run code to get a value.',
        instead: 'Set it in "settings".',
      });
    else if (ofProvider) {
      // The model of another provider is not used.
      if (ofProvider[1] === undefined || ofProvider[1] === provider) settings['model'] = value;
    } else if (own !== undefined) settings[own] = value;
    else if (!WITHOUT_EFFECT.has(key))
      at.leftOut(excerpt(value), { why: 'It has no equivalent.', instead: 'Set what it does in the crew file.' });
  }
  return settings;
}
