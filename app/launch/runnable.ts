import { checkRunnable } from '../../shared/project/check.ts';
import { unusableSchema } from '../../shared/project/output-schema.ts';
import type { Problem } from '../../shared/project/problem.ts';
import type { Crew } from '../../shared/project/schema.ts';
import { type Price, priceOf } from '../models/prices.ts';
import { REHEARSAL } from '../models/providers.ts';
import { isGenerator } from '../project/prepare/prepare.ts';
import type { OwnPrices } from './custom-prices.ts';
import { chooseModels, isOwn, type ModelChoice, type ModelOverrides, type Models } from './models.ts';

export type Runnable = { ok: true; models: Extract<Models, { ok: true }> } | { ok: false; problems: Problem[] };

/**
 * Everything that is in the way of a run and can be known without starting one.
 * @param overrides what a person chose, their budget too, in US dollars; null: the file's
 * @param own prices that they state
 */
export function checkToRun(
  project: Crew,
  overrides: ModelOverrides & { budgetUsd?: number | null },
  own: OwnPrices,
): Runnable {
  const models = chooseModels(project, overrides);
  const problems = [
    ...checkRunnable(project),
    ...unknownGenerator(project),
    ...invalidSchemas(project),
    ...notSupported(project),
    ...(models.ok
      ? unknownPrices(overrides.budgetUsd ?? project.settings.budget_usd ?? null, models.agents, own)
      : models.problems),
  ];
  return models.ok && problems.length === 0 ? { ok: true, models } : { ok: false, problems };
}

/** What is wrong with a file's values beyond the crew itself: names, prices and schemas that this version does not know. */
export function checkNamed(project: Crew, own: OwnPrices): Problem[] {
  const models = chooseModels(project, { provider: null, baseUrl: null, model: null });
  const ofModels = models.ok
    ? unknownPrices(project.settings.budget_usd ?? null, models.agents, own)
    : models.problems.filter(({ code }) => code === 'unknown_provider');
  return [...unknownGenerator(project), ...invalidSchemas(project), ...ofModels];
}

/** The price of an agent's calls; that of a provider says nothing about other servers, unlike what a person states. */
export function priceOfChoice({ provider, baseUrl, model }: ModelChoice, own: OwnPrices): Price | null {
  const stated = provider.name === REHEARSAL ? undefined : own.get(model);
  if (stated) return stated;
  const elsewhere = !provider.local && baseUrl !== null && !isOwn(provider, baseUrl);
  return elsewhere ? null : priceOf(provider, model);
}

function unknownGenerator({ settings }: Crew): Problem[] {
  const { prepare } = settings;
  if (prepare === undefined || isGenerator(prepare)) return [];
  return [problem('unknown_generator', `settings.prepare: unknown generator "${prepare}".`, 'settings.prepare')];
}

function invalidSchemas({ tasks }: Crew): Problem[] {
  return tasks.flatMap(({ name, output_schema: schema }, index) => {
    const why = unusableSchema(schema);
    if (why === null) return [];
    const message = `The output_schema of task "${name}" cannot be used: ${why}. Correct it, or remove it.`;
    return [problem('invalid_schema', message, `tasks[${index}].output_schema`)];
  });
}

/** A budget can be kept only where every call's price is known. */
export function unknownPrices(
  budget: number | null,
  agents: ReadonlyMap<string, ModelChoice>,
  own: OwnPrices,
): Problem[] {
  if (budget === null) return [];
  const unknown = [...agents.values()]
    .filter((choice) => priceOfChoice(choice, own) === null)
    .map(({ model }) => `"${model}"`);
  if (unknown.length === 0) return [];
  const message = `The budget cannot be enforced because the price of ${[...new Set(unknown)].join(', ')} is unknown. Remove budget_usd, choose another model, or state its price in prices.json in the application's data folder ("doctor" names it).`;
  return [problem('unknown_price', message, 'settings.budget_usd')];
}

/** What the file may say and this version cannot do yet is refused before anything is spent on it. */
function notSupported({ mcp_servers }: Crew): Problem[] {
  if (Object.keys(mcp_servers).length === 0) return [];
  return [
    problem('unsupported', '"mcp_servers" cannot be used in a run yet. Remove it to run the crew.', 'mcp_servers'),
  ];
}

function problem(code: string, message: string, path: string): Problem {
  return { code, message, path, line: 0, column: 0 };
}
