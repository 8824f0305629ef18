import { callAdditions } from '../../../shared/crew/model-request.ts';
import { REHEARSAL } from '../../../shared/crew/providers.ts';
import type { Agent, Crew } from '../../../shared/crew/schema.ts';
import type { ModelCall } from '../../../shared/trust/choices.ts';
import { originOf } from '../../base/origin.ts';
import { crewsIn, isChosen, isNewUrl, type ModelChoice, type ModelOverrides, withProviders } from '../models.ts';

export interface ModelCallsQuestion {
  crew: Crew;
  overrides: ModelOverrides;
  agents: ReadonlyMap<string, ModelChoice>;
  /** The model that makes embeddings; null if there is none. */
  embeddings: ModelChoice | null;
  /** Whether a key would be sent to this address. */
  sendsKey(provider: string, origin: string): boolean;
}

/** Returns the model that a run calls for each agent, and whether the person chose it. A rehearsal calls none. */
export function modelCalls({ crew, embeddings, ...question }: ModelCallsQuestion): ModelCall[] {
  const [own = crew, ...others] = crewsIn(crew);
  const ofParts = others.flatMap((file) => callsOfFile({ ...question, crew: file, embeddings: null }));
  return [...callsOfFile({ ...question, crew: own, embeddings }), ...ofParts];
}

function callsOfFile({ crew: file, overrides: chosen, agents, embeddings, sendsKey }: ModelCallsQuestion): ModelCall[] {
  const { crew, overrides } = withProviders(file, chosen);
  const ofAgents = crew.agents.flatMap((agent, index) => {
    const choice = agents.get(agent.name);
    if (!choice || choice.baseUrl === null) return [];
    const named = namedBy(crew, overrides, agent);
    const called = { chosenBy: named === 'person' ? 'person' : 'file', path: pathOf(file, index, named) } as const;
    const ofFallbacks = agent.fallbacks === undefined ? 'settings.fallbacks' : `agents[${index}].fallbacks`;
    return [
      callOf(choice, called, sendsKey),
      ...choice.fallbacks.flatMap((fallback, at) =>
        callOf(fallback, { chosenBy: 'file', path: `${ofFallbacks}[${at}]` }, sendsKey),
      ),
    ].flat();
  });
  const path = 'settings.knowledge.embeddings';
  return [...ofAgents, ...(embeddings === null ? [] : callOf(embeddings, { chosenBy: 'file', path }, sendsKey))];
}

function callOf(
  choice: ModelChoice,
  named: Pick<ModelCall, 'chosenBy' | 'path'>,
  sendsKey: ModelCallsQuestion['sendsKey'],
): ModelCall[] {
  const { provider, baseUrl, model, fromFile } = choice;
  if (baseUrl === null) return [];
  const origin = originOf(baseUrl);
  return [
    {
      provider: provider.name,
      title: provider.title,
      model,
      address: new URL(baseUrl).href,
      origin,
      addressInFile: fromFile,
      sendsKey: sendsKey(provider.name, origin),
      additions: callAdditions(choice),
      ...named,
    },
  ];
}

/** Who chose the model of an agent. The provider or the address decides, or else the model name. */
function namedBy(crew: Crew, overrides: ModelOverrides, agent: Agent): 'person' | 'crew' | 'agent' {
  const isForAll = isChosen(crew, overrides);
  if (!isForAll && (agent.provider !== undefined || agent.base_url !== undefined)) return 'agent';
  const isAddressChosen =
    overrides.provider !== null ||
    (overrides.typedBaseUrl === true && overrides.baseUrl !== null) ||
    isNewUrl(crew, overrides);
  if (isForAll || isAddressChosen) return 'person';
  const isModelChosen = overrides.model !== null && overrides.model !== crew.settings.model;
  if (agent.model !== undefined && !isModelChosen) return 'agent';
  return overrides.model === null ? 'crew' : 'person';
}

/** Where the file names the model of an agent. The provider may be a part of the model's name. */
function pathOf({ settings, agents }: Crew, index: number, named: 'person' | 'crew' | 'agent'): string {
  if (named !== 'agent') {
    if (settings.base_url !== undefined) return 'settings.base_url';
    return settings.provider === REHEARSAL && settings.model !== undefined ? 'settings.model' : 'settings.provider';
  }
  const agent = agents[index];
  const key = agent?.base_url !== undefined ? 'base_url' : agent?.provider !== undefined ? 'provider' : 'model';
  return `agents[${index}].${key}`;
}
