import { fileOf, nameInRun, partsOf } from '../../shared/crew/link.ts';
import { providerOf, splitModel, withSplitModels } from '../../shared/crew/model-name.ts';
import type { Problem } from '../../shared/crew/problem.ts';
import { COMPATIBLE, findProvider, PROVIDERS, type Provider, REHEARSAL } from '../../shared/crew/providers.ts';
import type { Agent, Crew } from '../../shared/crew/schema.ts';
import { originOf } from '../base/origin.ts';

/** Model settings that a person chose for one run. Null means the setting of the file. */
export interface ModelOverrides {
  provider: string | null;
  baseUrl: string | null;
  model: string | null;
  /** Whether the person typed the base URL for this run, so that it counts as chosen even if the file has the same. */
  typedBaseUrl?: boolean;
}

/** The model that an agent calls, and its address. */
export interface ModelChoice {
  provider: Provider;
  /** Null for a rehearsal, whose server starts with the run. */
  baseUrl: string | null;
  model: string;
  /**
   * Whether the base URL comes from the file and is not that of the provider. A key is sent there only with consent.
   */
  fromFile: boolean;
  temperature: number | undefined;
  maxTokens: number | undefined;
  apiVersion: string | undefined;
  parameters: NonNullable<Agent['parameters']>;
  headers: Readonly<Record<string, string>>;
  toolProtocol: NonNullable<Agent['tool_protocol']>;
  /** The models that answer, in order, if this one cannot. They have no fallbacks. */
  fallbacks: readonly ModelChoice[];
}

export type Models =
  | {
      ok: true;
      /** Whether all agents are rehearsed. Rehearsed and real agents are never mixed. */
      rehearsal: boolean;
      agents: ReadonlyMap<string, ModelChoice>;
      /** The model that makes embeddings of the crew's knowledge; null if there is none, or in a rehearsal. */
      embeddings: ModelChoice | null;
      /** The settings written to `run.started`. */
      settings: { provider: string; base_url: string | null; model: string | null };
    }
  | { ok: false; problems: Problem[] };

/** The settings of model calls. */
type RequestSettings = Pick<
  Agent,
  'temperature' | 'max_tokens' | 'api_version' | 'parameters' | 'headers' | 'tool_protocol'
>;

/** Provider, base URL and model from one source. */
interface ModelSettings {
  provider: string;
  baseUrl: string | null;
  model: string | null;
  baseFromFile: boolean;
  /** Path of the setting in the crew file, for problems. */
  path: string;
}

/**
 * The model name sent to an OpenAI-compatible server if none is set. Such servers often ignore it and use the model
 * that they loaded.
 */
const UNNAMED_MODEL = 'default';

/**
 * Determines the model of every agent. A person's choice that differs from the file applies to all agents, and choosing
 * Rehearsal rehearses all of them. Otherwise the settings of an agent override those of the crew. A base URL without a
 * provider means an OpenAI-compatible server.
 */
export function chooseModels(named: Crew, chosen: ModelOverrides): Models {
  const [own = named, ...others] = crewsIn(named);
  const first = chooseForFile(own, chosen);
  if (!first.ok) return first;
  const agents = new Map(first.agents);
  for (const crew of others) {
    const models = chooseForFile(crew, chosen);
    if (!models.ok) return models;
    for (const [agent, choice] of models.agents) agents.set(agent, choice);
  }
  const rehearsed = rehearsedIn(agents);
  if (rehearsed.length > 0 && rehearsed.length < agents.size) return { ok: false, problems: [mixed(rehearsed)] };
  const rehearsal = own.agents.length === 0 && agents.size > 0 ? rehearsed.length > 0 : first.rehearsal;
  return { ...first, agents, rehearsal };
}

/**
 * Returns the crew of the run's own file, and those of the files that its tasks run, each with the settings of its file
 * and with its agents under their names in the run.
 */
export function crewsIn(crew: Crew): Crew[] {
  const parts = partsOf(crew).map(([path, part]) => ({
    ...part.crew,
    agents: part.crew.agents.map((agent) => ({ ...agent, name: nameInRun(path, agent.name) })),
  }));
  return [fileOf(crew), ...parts];
}

function rehearsedIn(agents: ReadonlyMap<string, ModelChoice>): string[] {
  return [...agents].filter(([, { provider }]) => provider.name === REHEARSAL).map(([name]) => name);
}

/** Determines the models of the agents of one file. */
function chooseForFile(named: Crew, chosen: ModelOverrides): Models {
  const { crew, overrides } = withProviders(named, chosen);
  const crewModel = crewChoice(crew, overrides);
  const forAll = isChosen(crew, overrides);
  const choices = crew.agents.map((agent, index) => {
    const settings = forAll
      ? crewModel
      : agentChoice(agent, index, crewModel, overrides.model !== null && overrides.model !== crew.settings.model);
    const choice = resolve(settings, agent, crew.settings);
    return { agent, choice: choice.ok && !forAll ? withFallbacks(choice.choice, { crew, agent, index }) : choice };
  });
  const problems = choices.flatMap(({ choice }) => (choice.ok ? [] : [choice.problem]));
  if (problems.length > 0) return { ok: false, problems: distinct(problems) };
  const agents = new Map(
    choices.flatMap(({ agent, choice }) => (choice.ok ? [[agent.name, choice.choice] as const] : [])),
  );
  const rehearsed = rehearsedIn(agents);
  if (rehearsed.length > 0 && rehearsed.length < agents.size) return { ok: false, problems: [mixed(rehearsed)] };
  const settings = { provider: crewModel.provider, base_url: crewModel.baseUrl, model: crewModel.model };
  // The agents decide, because the provider of the crew is unused if each agent has its own.
  const rehearsal = agents.size === 0 ? crewModel.provider === REHEARSAL : rehearsed.length > 0;
  const embeddings = rehearsal ? null : embeddingsOf(crew, crewModel);
  if (embeddings !== null && !embeddings.ok) return { ok: false, problems: [embeddings.problem] };
  return { ok: true, rehearsal, agents, embeddings: embeddings?.choice ?? null, settings };
}

/** If the crew's model and its embeddings have the same provider, both use the address of the model. */
function embeddingsOf({ settings }: Crew, crewModel: ModelSettings): Resolution | null {
  const named = settings.knowledge?.embeddings;
  const split = named === undefined ? null : splitModel(named, '');
  if (split === null) return null;
  const path = 'settings.knowledge.embeddings';
  const isSame = split.provider === crewModel.provider;
  const baseUrl = isSame ? crewModel.baseUrl : null;
  const { headers, api_version } = settings;
  return resolve(
    { ...split, baseUrl, baseFromFile: isSame && crewModel.baseFromFile, path },
    {},
    isSame ? { headers, api_version } : {},
  );
}

/** Returns the crew and the choices of a person with the provider of each `"provider/model"` as their provider. */
export function withProviders(named: Crew, chosen: ModelOverrides): { crew: Crew; overrides: ModelOverrides } {
  const crew = withSplitModels(named);
  const { provider, baseUrl, model } = chosen;
  if (provider !== null || baseUrl !== null || model === null) return { crew, overrides: chosen };
  return { crew, overrides: { ...chosen, ...splitModel(model, providerOf(crew.settings)) } };
}

function crewChoice(crew: Crew, overrides: ModelOverrides): ModelSettings {
  const { settings } = crew;
  const inFile = providerOf(crew.settings);
  const path = 'settings.provider';
  if (overrides.provider === REHEARSAL)
    return { provider: REHEARSAL, baseUrl: null, model: null, baseFromFile: false, path };
  const provider = overrides.provider ?? (isNewUrl(crew, overrides) ? COMPATIBLE : inFile);
  const same = provider === inFile;
  const baseUrl = overrides.baseUrl ?? (same ? (settings.base_url ?? null) : null);
  const model = overrides.model ?? (same || overrides.provider === null ? (settings.model ?? null) : null);
  return { provider, baseUrl, model, baseFromFile: !overrides.typedBaseUrl && !isNewUrl(crew, overrides), path };
}

/** Whether the person chose another base URL than the file. */
export function isNewUrl({ settings }: Crew, { baseUrl }: ModelOverrides): boolean {
  return baseUrl !== null && baseUrl !== settings.base_url;
}

/** Whether the person chose another provider or base URL than the file, which then applies to all agents. */
export function isChosen(crew: Crew, overrides: ModelOverrides): boolean {
  const { provider } = overrides;
  return (
    provider === REHEARSAL || (provider !== null && provider !== providerOf(crew.settings)) || isNewUrl(crew, overrides)
  );
}

function agentChoice(agent: Agent, index: number, crewModel: ModelSettings, modelChosen: boolean): ModelSettings {
  const path = `agents[${index}].provider`;
  const own = modelChosen ? undefined : agent.model;
  if (agent.provider === undefined && agent.base_url === undefined)
    return { ...crewModel, model: own ?? crewModel.model };
  const provider = agent.provider ?? (crewModel.provider === REHEARSAL ? COMPATIBLE : crewModel.provider);
  const same = provider === crewModel.provider;
  return {
    provider,
    baseUrl: agent.base_url ?? (same ? crewModel.baseUrl : null),
    model: own ?? (same || modelChosen ? crewModel.model : null),
    baseFromFile: agent.base_url !== undefined || crewModel.baseFromFile,
    path,
  };
}

type Resolution = { ok: true; choice: ModelChoice } | { ok: false; problem: Problem };

function resolve(settings: ModelSettings, own: RequestSettings, ofCrew: RequestSettings): Resolution {
  const provider = findProvider(settings.provider);
  if (!provider) {
    const names = PROVIDERS.map(({ name }) => name).join(', ');
    return refused('unknown_provider', `Unknown provider "${settings.provider}". Use one of ${names}.`, settings.path);
  }
  const rehearsal = provider.name === REHEARSAL;
  const baseUrl = rehearsal ? null : (settings.baseUrl ?? provider.baseUrl);
  if (!rehearsal && baseUrl === null) {
    const message = `The provider "${provider.name}" needs the address of a server. Set Base URL (in the file "base_url", on the command line --base-url).`;
    return refused('no_base_url', message, settings.path);
  }
  const named = rehearsal ? null : settings.model;
  const model = named ?? provider.defaultModel ?? (provider.name === COMPATIBLE ? UNNAMED_MODEL : null);
  if (model === null) {
    const message = `No model is set for ${provider.title}. Set Model (in the file "model", on the command line --model).`;
    return refused('no_model', message, settings.path);
  }
  const fromFile = baseUrl !== null && settings.baseFromFile && !isOwn(provider, baseUrl);
  const temperature = own.temperature ?? ofCrew.temperature;
  const maxTokens = own.max_tokens ?? ofCrew.max_tokens;
  const apiVersion = own.api_version ?? ofCrew.api_version;
  const parameters = { ...ofCrew.parameters, ...own.parameters };
  const headers = { ...ofCrew.headers, ...own.headers };
  const toolProtocol = own.tool_protocol ?? ofCrew.tool_protocol ?? 'auto';
  const request = { temperature, maxTokens, apiVersion, parameters, headers, toolProtocol };
  return { ok: true, choice: { provider, baseUrl, model, fromFile, ...request, fallbacks: [] } };
}

/** Adds the fallbacks of an agent, or those of the crew, to its model. A rehearsal has none. */
function withFallbacks(choice: ModelChoice, { crew, agent, index }: AgentAt): Resolution {
  const { settings } = crew;
  if (choice.provider.name === REHEARSAL) return { ok: true, choice };
  const listed = agent.fallbacks ?? settings.fallbacks ?? [];
  const path = agent.fallbacks === undefined ? 'settings.fallbacks' : `agents[${index}].fallbacks`;
  const resolved = listed.map((fallback, at) => {
    const given: ModelKeys = typeof fallback === 'string' ? { model: fallback } : fallback;
    const model = fallbackSettings(given, choice, `${path}[${at}]`);
    // What a crew adds to the calls of one provider is not meant for another.
    const isOther = model.provider !== choice.provider.name;
    const { headers: _, parameters: __, api_version: ___, ...shared } = { ...settings, ...agent };
    const requests = isOther ? shared : mergedRequests(settings, agent);
    return resolve(model, given, requests);
  });
  const refusal = resolved.find((one) => !one.ok);
  if (refusal) return refusal;
  const fallbacks = resolved.flatMap((one) => (one.ok ? [one.choice] : []));
  const isRehearsed = fallbacks.some(({ provider }) => provider.name === REHEARSAL);
  if (isRehearsed) return refused('rehearsal_fallback', 'Rehearsal cannot be a fallback. Name a real model.', path);
  return { ok: true, choice: { ...choice, fallbacks } };
}

type ModelKeys = RequestSettings & Pick<Agent, 'provider' | 'base_url' | 'model'>;

interface AgentAt {
  crew: Crew;
  agent: Agent;
  index: number;
}

function mergedRequests(settings: RequestSettings, agent: RequestSettings): RequestSettings {
  const parameters = { ...settings.parameters, ...agent.parameters };
  const headers = { ...settings.headers, ...agent.headers };
  return { ...settings, ...agent, parameters, headers };
}

/** The keys of a fallback that is only named: `provider/model`, or a model of the same provider. */
function namedModel(name: string, provider: string): Pick<Agent, 'provider' | 'model'> {
  return splitModel(name, provider) ?? { model: name };
}

/** The provider, address and model of a fallback. What it does not set is that of the model which it replaces. */
function fallbackSettings(
  given: Pick<Agent, 'provider' | 'base_url' | 'model'>,
  replaced: ModelChoice,
  path: string,
): ModelSettings {
  const split = given.provider === undefined && given.base_url === undefined && given.model !== undefined;
  const {
    provider: named,
    base_url,
    model,
  } = split ? { ...given, ...namedModel(given.model ?? '', replaced.provider.name) } : given;
  const provider = named ?? (base_url === undefined ? replaced.provider.name : COMPATIBLE);
  const isSame = provider === replaced.provider.name;
  return {
    provider,
    baseUrl: base_url ?? (isSame ? replaced.baseUrl : null),
    model: model ?? (isSame ? replaced.model : null),
    baseFromFile: base_url !== undefined || (isSame && replaced.fromFile),
    path,
  };
}

/** Returns a model and its fallbacks, in the order in which they are called. */
export function modelsInOrder(choice: ModelChoice): readonly ModelChoice[] {
  return [choice, ...choice.fallbacks];
}

/** Whether an address belongs to the provider, so that its key may be sent there. */
export function isOwn(provider: Provider, baseUrl: string): boolean {
  return provider.baseUrl !== null && originOf(provider.baseUrl) === originOf(baseUrl);
}

function mixed(rehearsed: readonly string[]): Problem {
  const names = rehearsed.map((name) => `"${name}"`).join(', ');
  const message = `Some agents use Rehearsal (${names}) and others use a real model. Choose one provider with --provider, or set settings.provider.`;
  return { code: 'mixed_rehearsal', message, path: 'settings.provider', line: 0, column: 0 };
}

function refused(code: string, message: string, path: string): Resolution {
  return { ok: false, problem: { code, message, path, line: 0, column: 0 } };
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [
    ...new Map(problems.map((problem) => [`${problem.code} ${problem.path} ${problem.message}`, problem])).values(),
  ];
}
