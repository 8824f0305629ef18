import { dirname } from 'node:path';
import { REHEARSAL } from '../../shared/crew/providers.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { McpServer } from '../../shared/crew/tool-schema.ts';
import type { Guidance } from '../../shared/crew/training.ts';
import type { Evaluator } from '../../shared/expressions/evaluate-expression.ts';
import { memoized } from '../../shared/memoized.ts';
import type { NamedFiles } from '../base/named-files.ts';
import { originOf } from '../base/origin.ts';
import type { RunRecording } from '../engine/recording/run-recording.ts';
import type { RunEnvironment } from '../engine/request.ts';
import type { MemoryFile } from '../knowledge/memory-file.ts';
import { RunMemory } from '../knowledge/run-memory.ts';
import { StoredLists } from '../main-tools/mcp/stored-lists.ts';
import { openMainTools } from '../main-tools/open-main-tools.ts';
import { embedderOf } from '../models/embedder.ts';
import { contextWindowOf, knownWindowOf } from '../models/known-models.ts';
import { startRehearsal } from '../models/rehearsal/server.ts';
import { windowOfServer } from '../models/server-window.ts';
import { cacheAccess } from './cache-access.ts';
import type { CustomPrices } from './custom-prices.ts';
import type { DataFolders } from './data-folder.ts';
import { canonicalTexts } from './fingerprint.ts';
import { runKnowledge } from './knowledge.ts';
import { type ModelChoice, modelsInOrder } from './models.ts';
import { type KeyFor, namedKey } from './named-key.ts';
import { allNamedKeys, missingNamedKey } from './named-keys.ts';
import { priceOfChoice } from './runnable.ts';
import { serverKeys } from './server-keys.ts';

export interface EnvironmentInput {
  crew: Crew;
  /** The crew file; null for a crew that was never saved. */
  file: string | null;
  /** The scripts of the tools, and the training file. */
  scripts: NamedFiles;
  agents: ReadonlyMap<string, ModelChoice>;
  /** The model that makes embeddings of the crew's knowledge; null if there is none. */
  embeddings: ModelChoice | null;
  /** The memory of the crew; null in a rehearsal, and if no agent has a memory. */
  memory: MemoryFile | null;
  rehearsal: boolean;
  rehearsalSpeed: number;
  seed: number;
  folders: DataFolders;
  keyFor: KeyFor;
  customPrices: CustomPrices;
  versions: Record<string, string>;
  evaluator: Evaluator;
  recording?: RunRecording;
  guidance?: Guidance;
}

/** Whether a recording answers in place of models, tools and people. */
export function isReplay({ recording }: Pick<EnvironmentInput, 'recording'>): boolean {
  return recording?.mode === 'replay';
}

export interface OpenRunEnvironment {
  environment: Omit<RunEnvironment, 'workspace'>;
  /** Stops the rehearsal server, if one was started. */
  close(): Promise<void>;
}

/** Which key is missing and what to do about it; null if every key exists. Starts nothing. */
export function missingKey(parts: EnvironmentInput): string | null {
  const { crew, rehearsal, agents, embeddings, keyFor } = parts;
  if (rehearsal || isReplay(parts)) return null;
  for (const [agent, choice] of agents) {
    const without = modelsInOrder(choice).find((one) => one.provider.needsKey && keyOfChoice(one, keyFor) === null);
    if (without) return missingKeyText(`Agent "${agent}"`, without);
  }
  if (embeddings?.provider.needsKey && keyOfChoice(embeddings, keyFor) === null)
    return missingKeyText('settings.knowledge.embeddings', embeddings);
  return missingNamedKey(crew, keyFor);
}

/** Builds the environment in which a run executes. Starts the rehearsal server if the run is a rehearsal. */
export async function openRunEnvironment(parts: EnvironmentInput): Promise<OpenRunEnvironment> {
  const { crew, file, agents, embeddings, rehearsal, folders, keyFor, versions, evaluator, rehearsalSpeed, seed } =
    parts;
  const server = rehearsal ? await startRehearsal({ speed: rehearsalSpeed, seed }) : null;
  const windows = await serverWindows(parts);
  const canonical = canonicalTexts({ crew, agents, rehearsalSpeed: rehearsal ? rehearsalSpeed : null });
  const embedder = embeddings === null ? null : embedderOf(accessOf(embeddings, null, windows, parts));
  const knowledge = runKnowledge(crew, file, folders.knowledge, embedder);
  const toolsContext = {
    crew,
    folder: file === null ? null : dirname(file),
    rehearsal,
    keyNamed: (name: string, origin: string) => namedKey(keyFor, name, origin),
    keysOf: (definition: McpServer) => serverKeys(definition, keyFor),
    lists: new StoredLists(folders.servers),
    openKnowledge: knowledge?.open ?? null,
    memory: new RunMemory(parts.memory),
  };
  const environment: OpenRunEnvironment['environment'] = {
    crew,
    // The times of a replay are not those of the tasks.
    ...(isReplay(parts) ? {} : { history: { file: folders.historyFile, canonical } }),
    ...(parts.recording === undefined ? {} : { recording: parts.recording }),
    namedFiles: parts.scripts,
    ...(parts.guidance === undefined ? {} : { guidance: parts.guidance }),
    cache: cacheAccess(folders.cache),
    ...(knowledge === null ? {} : { knowledgeHash: (names) => knowledge.files.hashFor(names) }),
    openTools: (report, workspace, redact) => openMainTools({ ...toolsContext, workspace, redact }, report),
    toolKeys: rehearsal ? [] : [...allNamedKeys(crew, keyFor), ...keysOf(embeddings, keyFor)],
    access: (agent, fallback = 0) => {
      const access = accessOf(modelAt(choiceFor(agents, agent), fallback), server?.baseUrl ?? null, windows, parts);
      const recorded = fallback === 0 ? recordedWindow(parts, agent) : null;
      return recorded === null ? access : { ...access, context_window: recorded };
    },
    fallbacks: (agent) => choiceFor(agents, agent).fallbacks.length,
    contextWindow: (agent) => {
      const choice = choiceFor(agents, agent);
      const recorded = recordedWindow(parts, agent);
      if (recorded !== null) return recorded;
      return windowOf(choice, windows, crew) ?? usualWindow(choice);
    },
    versions,
    evaluator,
  };
  return { environment: environment, close: async () => server?.close() };
}

/** The context windows that servers on this machine report, by the key of the model. */
type ServerWindows = ReadonlyMap<string, number>;

const keyOfModel = ({ baseUrl, model }: ModelChoice) => JSON.stringify([baseUrl, model]);

/** The context window of a model in the replayed recording; null if it was not known, or if the run is not a replay. */
function recordedWindow({ recording }: EnvironmentInput, agent: string): number | null {
  return recording?.mode === 'replay' ? (recording.recording.header.context_windows[agent] ?? null) : null;
}

async function serverWindows(parts: EnvironmentInput): Promise<ServerWindows> {
  const { crew, agents } = parts;
  if (crew.settings.context_window !== undefined || isReplay(parts)) return new Map();
  const local = [...agents.values()].flatMap(modelsInOrder).filter(({ provider }) => provider.local);
  const each = [...new Map(local.map((choice) => [keyOfModel(choice), choice]))];
  const found = await Promise.all(
    each.map(async ([key, { provider, baseUrl, model }]) => {
      const window = baseUrl === null ? null : await windowOfServer({ provider: provider.name, baseUrl, model });
      return window === null ? [] : [[key, window] as const];
    }),
  );
  return new Map(found.flat());
}

/** The list of models is long, and every turn asks. */
const listedWindow = memoized(({ provider, model }: ModelChoice) => knownWindowOf(provider.name, model));
const usualWindow = memoized(({ provider, model }: ModelChoice) => contextWindowOf(provider.name, model));

/** The context window of a model; null if it is not known. That of a local model depends on its server alone. */
function windowOf(choice: ModelChoice, windows: ServerWindows, { settings }: Crew): number | null {
  const reported = settings.context_window ?? windows.get(keyOfModel(choice)) ?? null;
  return reported ?? (choice.provider.local ? null : listedWindow(choice));
}

function accessOf(
  choice: ModelChoice,
  rehearsalUrl: string | null,
  windows: ServerWindows,
  { crew, keyFor, customPrices }: EnvironmentInput,
): ReturnType<RunEnvironment['access']> {
  const { provider, model, temperature, maxTokens, apiVersion, parameters, headers, toolProtocol } = choice;
  const window = windowOf(choice, windows, crew);
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
    ...(toolProtocol === 'auto' || provider.name === REHEARSAL ? {} : { tool_protocol: toolProtocol }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}

function keyOfChoice({ provider, baseUrl }: ModelChoice, keyFor: KeyFor): string | null {
  return baseUrl === null ? null : keyFor(provider.name, originOf(baseUrl));
}

function keysOf(choice: ModelChoice | null, keyFor: KeyFor): string[] {
  const key = choice === null ? null : keyOfChoice(choice, keyFor);
  return key === null ? [] : [key];
}

function choiceFor(agents: ReadonlyMap<string, ModelChoice>, agent: string): ModelChoice {
  const choice = agents.get(agent);
  if (!choice) throw new Error(`The crew has no agent "${agent}".`);
  return choice;
}

function modelAt(choice: ModelChoice, fallback: number): ModelChoice {
  const model = modelsInOrder(choice)[fallback];
  if (!model) throw new Error(`The model "${choice.model}" has no fallback ${fallback}.`);
  return model;
}

function missingKeyText(user: string, { provider }: ModelChoice): string {
  const where =
    provider.keyVariable === null
      ? ''
      : ` Set ${provider.keyVariable} in the environment, or enter the key in the window.`;
  return `${user} uses ${provider.title}, but no API key is set.${where} To try the crew without a key, choose the provider Rehearsal (--provider rehearsal).`;
}
