import { isLimited, limitSettings } from '../control/limits/settings.ts';
import type { Crew } from '../crew/schema.ts';
import type { Estimate } from '../run/events.ts';
import { countOf, formatNumber } from './format.ts';

/** The limits that a prediction includes, and where the counted model calls come from. */
export interface PredictedLimits {
  maxRpm: number | null;
  maxTokensPerMinute: number | null;
  /** Requests per minute of each limited agent, by name. */
  agentRpm: Readonly<Record<string, number>>;
  /** The number of tasks whose model calls earlier runs measured. */
  measured: number;
  /** The number of tasks that count one call in each turn, with the tokens of their texts. */
  assumed: number;
}

/** Returns the limits that a prediction for the crew includes; null if the crew sets none. */
export function predictedLimits(crew: Crew, estimates: Readonly<Record<string, Estimate>>): PredictedLimits | null {
  const settings = limitSettings(crew);
  if (!isLimited(settings)) return null;
  const measured = crew.tasks.filter(({ name }) => estimates[name]?.calls !== undefined).length;
  return {
    maxRpm: settings.rpm ?? null,
    maxTokensPerMinute: settings.tokensPerMinute ?? null,
    agentRpm: Object.fromEntries(settings.agentRpm),
    measured,
    assumed: crew.tasks.length - measured,
  };
}

/** Returns the limits as sentences, such as `Includes 10 requests per minute. Model calls: measured for 3 tasks.` */
export function predictedLimitsText({ measured, assumed, ...limits }: PredictedLimits): string {
  const from = [
    ...(measured > 0 ? [`measured in earlier runs for ${countOf(measured, 'task')}`] : []),
    ...(assumed > 0 ? [`one per turn, with the tokens of its texts, for ${countOf(assumed, 'task')}`] : []),
  ];
  return `Includes the limits of ${limitsOf(limits).join(', ')}. Model calls: ${from.join('; ')}.`;
}

function limitsOf({ maxRpm, maxTokensPerMinute, agentRpm }: Omit<PredictedLimits, 'measured' | 'assumed'>): string[] {
  const agents = Object.entries(agentRpm).map(([name, rpm]) => `${perMinute(rpm, 'request')} for ${name}`);
  return [
    ...(maxRpm === null ? [] : [perMinute(maxRpm, 'request')]),
    ...(maxTokensPerMinute === null ? [] : [perMinute(maxTokensPerMinute, 'token')]),
    ...agents,
  ];
}

function perMinute(most: number, unit: 'request' | 'token'): string {
  const digits = Number.isInteger(most) ? 0 : 2;
  return `${formatNumber(most, digits)} ${unit}${most === 1 ? '' : 's'} per minute`;
}
