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
}

export type Models =
  | {
      ok: true;
      /** Whether all agents are rehearsed. Rehearsed and real agents are never mixed. */
      rehearsal: boolean;
      agents: ReadonlyMap<string, ModelChoice>;
      /** The settings written to `run.started`. */
      settings: { provider: string; base_url: string | null; model: string | null };
    }
  | { ok: false; problems: Problem[] };

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
  const { crew, overrides } = withProviders(named, chosen);
  const crewModel = crewChoice(crew, overrides);
  const forAll = isChosen(crew, overrides);
  const choices = crew.agents.map((agent, index) => {
    const settings = forAll
      ? crewModel
      : agentChoice(agent, index, crewModel, overrides.model !== null && overrides.model !== crew.settings.model);
    return { agent, choice: resolve(settings, agent, crew) };
  });
  const problems = choices.flatMap(({ choice }) => (choice.ok ? [] : [choice.problem]));
  if (problems.length > 0) return { ok: false, problems: distinct(problems) };
  const agents = new Map(
    choices.flatMap(({ agent, choice }) => (choice.ok ? [[agent.name, choice.choice] as const] : [])),
  );
  const rehearsed = [...agents].filter(([, { provider }]) => provider.name === REHEARSAL).map(([name]) => name);
  if (rehearsed.length > 0 && rehearsed.length < agents.size) return { ok: false, problems: [mixed(rehearsed)] };
  const settings = { provider: crewModel.provider, base_url: crewModel.baseUrl, model: crewModel.model };
  // The agents decide, because the provider of the crew is unused if each agent has its own.
  const rehearsal = agents.size === 0 ? crewModel.provider === REHEARSAL : rehearsed.length > 0;
  return { ok: true, rehearsal, agents, settings };
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

function resolve(settings: ModelSettings, agent: Agent, crew: Crew): Resolution {
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
  const temperature = agent.temperature ?? crew.settings.temperature;
  const maxTokens = agent.max_tokens ?? crew.settings.max_tokens;
  const apiVersion = agent.api_version ?? crew.settings.api_version;
  const parameters = { ...crew.settings.parameters, ...agent.parameters };
  const headers = { ...crew.settings.headers, ...agent.headers };
  const toolProtocol = agent.tool_protocol ?? crew.settings.tool_protocol ?? 'auto';
  const request = { temperature, maxTokens, apiVersion, parameters, headers, toolProtocol };
  return { ok: true, choice: { provider, baseUrl, model, fromFile, ...request } };
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
