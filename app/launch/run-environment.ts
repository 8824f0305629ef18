import type { Crew } from '../../shared/crew/schema.ts';
import { originOf } from '../base/origin.ts';
import type { RunEnvironment } from '../engine/request.ts';
import { contextWindowOf, knownWindowOf } from '../models/context-windows.ts';
import { startRehearsal } from '../models/rehearsal/server.ts';
import { cacheAccess } from './cache-access.ts';
import type { CustomPrices } from './custom-prices.ts';
import type { DataFolders } from './data-folder.ts';
import { canonicalTexts } from './fingerprint.ts';
import type { ModelChoice } from './models.ts';
import { priceOfChoice } from './runnable.ts';

/** Returns the key for a provider that may be sent to this origin only; null if there is none. */
export type KeyFor = (provider: string, origin: string) => string | null;

export interface EnvironmentInput {
  crew: Crew;
  agents: ReadonlyMap<string, ModelChoice>;
  rehearsal: boolean;
  rehearsalSpeed: number;
  seed: number;
  folders: DataFolders;
  keyFor: KeyFor;
  customPrices: CustomPrices;
  versions: Record<string, string>;
}

export interface OpenRunEnvironment {
  environment: Omit<RunEnvironment, 'workspace'>;
  /** Stops the rehearsal server, if one was started. */
  close(): Promise<void>;
}

/** Which key is missing and what to do about it; null if every key exists. Starts nothing. */
export function missingKey({ rehearsal, agents, keyFor }: EnvironmentInput): string | null {
  if (rehearsal) return null;
  for (const [agent, choice] of agents) {
    if (choice.provider.needsKey && keyOfChoice(choice, keyFor) === null) return missingKeyText(agent, choice);
  }
  return null;
}

/** Builds the environment in which a run executes. Starts the rehearsal server if the run is a rehearsal. */
export async function openRunEnvironment(parts: EnvironmentInput): Promise<OpenRunEnvironment> {
  const { crew, agents, rehearsal, folders, versions, rehearsalSpeed, seed } = parts;
  const server = rehearsal ? await startRehearsal({ speed: rehearsalSpeed, seed }) : null;
  const canonical = canonicalTexts({ crew, agents, rehearsalSpeed: rehearsal ? rehearsalSpeed : null });
  const environment: OpenRunEnvironment['environment'] = {
    crew,
    history: { file: folders.historyFile, canonical },
    cache: cacheAccess(folders.cache),
    access: (agent) => accessOf(choiceFor(agents, agent), server?.baseUrl ?? null, parts),
    contextWindow: (agent) => crew.settings.context_window ?? contextWindowOf(choiceFor(agents, agent).model),
    versions,
  };
  return { environment: environment, close: async () => server?.close() };
}

function accessOf(
  choice: ModelChoice,
  rehearsalUrl: string | null,
  { crew, keyFor, customPrices }: EnvironmentInput,
): ReturnType<RunEnvironment['access']> {
  const { provider, model, temperature, maxTokens, apiVersion, parameters, headers } = choice;
  const window = crew.settings.context_window ?? knownWindowOf(model);
  const baseUrl = choice.baseUrl ?? rehearsalUrl;
  if (baseUrl === null) throw new Error(`The provider "${provider.name}" has no base URL.`);
  return {
    provider: provider.name,
    base_url: baseUrl,
    model,
    api_key: keyOfChoice(choice, keyFor),
    price: priceOfChoice(choice, customPrices),
    ...(window === null ? {} : { context_window: window }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(apiVersion === undefined ? {} : { api_version: apiVersion }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}

function keyOfChoice({ provider, baseUrl }: ModelChoice, keyFor: KeyFor): string | null {
  return baseUrl === null ? null : keyFor(provider.name, originOf(baseUrl));
}

function choiceFor(agents: ReadonlyMap<string, ModelChoice>, agent: string): ModelChoice {
  const choice = agents.get(agent);
  if (!choice) throw new Error(`The crew has no agent "${agent}".`);
  return choice;
}

function missingKeyText(agent: string, { provider }: ModelChoice): string {
  const where =
    provider.keyVariable === null
      ? ''
      : ` Set ${provider.keyVariable} in the environment, or enter the key in the window.`;
  return `Agent "${agent}" uses ${provider.title}, but no API key is set.${where} To try the crew without a key, choose the provider Rehearsal (--provider rehearsal).`;
}
