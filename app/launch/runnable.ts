import { checkRunnable } from '../../shared/crew/check.ts';
import { checkLinked } from '../../shared/crew/check-linked.ts';
import { unusableFile } from '../../shared/crew/check-step.ts';
import { fileOf, partsOf } from '../../shared/crew/link.ts';
import { unusableSchema } from '../../shared/crew/output-schema.ts';
import type { Problem } from '../../shared/crew/problem.ts';
import { REHEARSAL } from '../../shared/crew/providers.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { memoized } from '../../shared/memoized.ts';
import { descriptorOf } from '../models/descriptors.ts';
import { priceOf } from '../models/known-models.ts';
import type { Price } from '../models/prices.ts';
import type { CustomPrices } from './custom-prices.ts';
import { chooseModels, isOwn, type ModelChoice, type ModelOverrides, type Models, modelsInOrder } from './models.ts';

export type Runnable = { ok: true; models: Extract<Models, { ok: true }> } | { ok: false; problems: Problem[] };

/**
 * Finds all problems that prevent a run and can be detected without starting it.
 * @param overrides choices of a person, including the budget in US dollars; null means the setting of the file
 * @param own custom prices
 */
export function checkToRun(
  crew: Crew,
  overrides: ModelOverrides & { budgetUsd?: number | null; budgetTokens?: number | null },
  own: CustomPrices,
): Runnable {
  const models = chooseModels(crew, overrides);
  const file = fileOf(crew);
  const problems = [
    ...checkRunnable(file),
    ...checkOneFile(file),
    ...checkLinked(crew),
    ...searchWithoutAddress(file),
    ...partsOf(crew).flatMap(([path, part]) => inFile(file, path, checkOneFile(part.crew))),
    ...(models.ok && models.rehearsal ? [] : toolsWithoutSettings(file)),
    ...(models.ok ? unknownPrices(onlyUsd(crew, overrides), models.agents, own) : models.problems),
  ];
  return models.ok && problems.length === 0 ? { ok: true, models } : { ok: false, problems };
}

/** Finds problems of one crew file that only a run has. */
function checkOneFile(crew: Crew): Problem[] {
  return [...invalidSchemas(crew), ...invalidParameters(crew)];
}

/** Reports the first problem of another file at the first task that runs a crew file. */
function inFile({ tasks }: Crew, file: string, [first]: readonly Problem[]): Problem[] {
  if (!first) return [];
  const at = tasks.findIndex((task) => task.crew === file);
  const path = `tasks[${at === -1 ? tasks.findIndex(({ crew }) => crew !== undefined) : at}].crew`;
  return [problem('crew_file', unusableFile(file, first.message), path)];
}

/** Finds problems in values that depend on this version: schemas, providers and prices. */
export function checkFileValues(crew: Crew, own: CustomPrices): Problem[] {
  const models = chooseModels(crew, { provider: null, baseUrl: null, model: null });
  const ofModels = models.ok
    ? unknownPrices(onlyUsd(crew, {}), models.agents, own)
    : models.problems.filter(({ code }) => code === 'unknown_provider');
  const file = fileOf(crew);
  const ofParts = partsOf(crew).flatMap(([path, part]) =>
    inFile(file, path, [...invalidSchemas(part.crew), ...invalidParameters(part.crew)]),
  );
  return [
    ...invalidSchemas(file),
    ...searchWithoutAddress(file),
    ...invalidParameters(file),
    ...checkLinked(crew),
    ...ofParts,
    ...ofModels,
  ];
}

/**
 * Returns the price of an agent's model calls; null if unknown. Custom prices apply to every server, prices of a
 * provider only to its own address.
 */
export function priceOfChoice(choice: ModelChoice, own: CustomPrices): Price | null {
  const { provider, baseUrl, model } = choice;
  const custom = provider.name === REHEARSAL ? undefined : own.get(model);
  if (custom) return custom;
  const elsewhere = !provider.local && baseUrl !== null && !isOwn(provider, baseUrl);
  return elsewhere ? null : listedPrice(choice);
}

/** The list of models is long, and every turn asks. */
const listedPrice = memoized(({ provider, model }: ModelChoice) => priceOf(provider, model));

/** Reports tools that need settings of the crew file. A rehearsal does not call them. */
function toolsWithoutSettings({ agents, tasks, databases, settings }: Crew): Problem[] {
  const named = new Set([...agents, ...tasks].flatMap(({ tools = [] }) => tools));
  const hasDatabase = Object.keys(databases).length > 0;
  return [
    ...(named.has('sql_query') && !hasDatabase
      ? [problem('no_database', 'sql_query has no database. Add one to "databases".', 'databases')]
      : []),
    ...(named.has('send_email') && settings.email === undefined
      ? [problem('no_email', 'send_email has no mail server. Set settings.email.', 'settings.email')]
      : []),
  ];
}

/** SearXNG is a program that people run themselves, so it has no address of its own. */
function searchWithoutAddress({ settings: { web_search } }: Crew): Problem[] {
  if (web_search?.provider !== 'searxng' || web_search.base_url !== undefined) return [];
  const message = 'The search service searxng has no address. Set settings.web_search.base_url.';
  return [problem('no_address', message, 'settings.web_search')];
}

function invalidSchemas({ tasks }: Crew): Problem[] {
  return tasks.flatMap(({ name, output_schema: schema }, index) => {
    const why = unusableSchema(schema);
    if (why === null) return [];
    const message = `The output_schema of task "${name}" cannot be used: ${why}. Fix it or remove it.`;
    return [problem('invalid_schema', message, `tasks[${index}].output_schema`)];
  });
}

/** Reports tools whose `parameters` are not the JSON Schema of an object. */
function invalidParameters({ tools }: Crew): Problem[] {
  return tools.flatMap(({ name, parameters }, index) => {
    const { type = 'object' } = parameters;
    const why = type === 'object' ? unusableSchema(parameters) : 'they must describe an object';
    if (why === null) return [];
    const message = `The parameters of tool "${name}" cannot be used: ${why}. Fix them or remove them.`;
    return [problem('invalid_schema', message, `tools[${index}].parameters`)];
  });
}

/** The budget in US dollars that alone limits a run; null if there is none, or if tokens limit it too. */
function onlyUsd(
  { settings }: Crew,
  chosen: { budgetUsd?: number | null; budgetTokens?: number | null },
): number | null {
  const tokens = chosen.budgetTokens ?? settings.budget_tokens ?? null;
  return tokens === null ? (chosen.budgetUsd ?? settings.budget_usd ?? null) : null;
}

/**
 * Reports models without a known price if only US dollars limit a run, because the budget could not be enforced, unless
 * their provider reports the cost of each call. `budget` is in US dollars.
 */
export function unknownPrices(
  budget: number | null,
  agents: ReadonlyMap<string, ModelChoice>,
  own: CustomPrices,
): Problem[] {
  if (budget === null) return [];
  const unknown = [...agents.values()]
    .flatMap(modelsInOrder)
    .filter((choice) => priceOfChoice(choice, own) === null && !descriptorOf(choice.provider).reportsCost)
    .map(({ model }) => `"${model}"`);
  if (unknown.length === 0) return [];
  const message = `The budget cannot be enforced because the price of ${[...new Set(unknown)].join(', ')} is unknown. Set budget_tokens (--budget-tokens), remove budget_usd, choose another model, or add its price to prices.json in the data folder (shown by "doctor").`;
  return [problem('unknown_price', message, 'settings.budget_usd')];
}

function problem(code: string, message: string, path: string): Problem {
  return { code, message, path, line: 0, column: 0 };
}
