import type { Agent, Crew } from '../../crew/schema.ts';
import type { CallCount } from '../../run/call-count.ts';
import type { Estimate } from '../../run/events.ts';
import { charactersPerToken } from '../../slot/tokens.ts';
import type { ModelEndpoint } from '../base/endpoint.ts';
import { isLimited, limitSettings } from '../limits/settings.ts';
import type { SimulatedLimits } from './limited-calls.ts';

/**
 * Returns the limits that a crew file sets, for a simulation; null if it sets none. `calls` are the known model calls, by
 * task. A task without them makes one call in each turn, with the tokens of its texts.
 */
export function crewLimits(crew: Crew, calls: Readonly<Record<string, CallCount>>): SimulatedLimits | null {
  const settings = limitSettings(crew);
  if (!isLimited(settings)) return null;
  const endpoints = new Map(crew.agents.map((agent) => [agent.name, endpointOf(crew, agent)]));
  const assumed = crew.tasks.map((task) => [task.name, { calls: 1, tokens: leastTokens(crew, task) }] as const);
  return { settings, endpoints, calls: { ...Object.fromEntries(assumed), ...calls } };
}

/** Returns the model calls that earlier runs measured, by task. */
export function measuredCalls(estimates: Readonly<Record<string, Estimate>>): Record<string, CallCount> {
  return Object.fromEntries(
    Object.entries(estimates).flatMap(([task, { calls, tokens }]) =>
      calls === undefined || tokens === undefined ? [] : [[task, { calls, tokens }] as const],
    ),
  );
}

/** Agents with the same provider and address share limits. A crew file contains no key. */
function endpointOf({ settings }: Crew, agent: Agent): ModelEndpoint {
  const address = agent.base_url ?? (agent.provider === undefined ? settings.base_url : undefined) ?? '';
  const origin = /^[a-z]+:\/\/[^/?#]+/i.exec(address)?.[0].toLowerCase() ?? '';
  return { name: `${agent.provider ?? settings.provider} ${origin}`, origin };
}

/** The tokens of the texts that every call of a task contains. */
function leastTokens({ agents }: Crew, task: Crew['tasks'][number]): number {
  const agent = agents.find(({ name }) => name === task.agent);
  const texts = [task.description, task.expected_output, agent?.role, agent?.goal, agent?.backstory];
  const characters = texts.reduce((sum, text = '') => sum + text.length, 0);
  return Math.ceil(characters / charactersPerToken);
}
