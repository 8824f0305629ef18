import { z } from 'zod';
import { holdsCredentials } from './address.ts';

/**
 * A crew project as it stands in `*.crew.json`, and in memory with the defaults filled in. The rules that join several
 * values (references, cycles, units) are in `check.ts`.
 */

export const FORMAT = 'crewlane/1';

/** 1 to 64 characters: letters of any script, marks, digits, `_`, `-`; first a letter or `_`. Normalised (NFC). */
export const NAME = /^[\p{L}_][\p{L}\p{M}\p{Nd}_-]{0,63}$/u;
const nameSchema = z.string().normalize('NFC').regex(NAME);
const text = z.string().min(1);
/** The name of something else in the file; that it is there is checked in `check.ts`. */
const reference = text.normalize('NFC');

const seconds = (min: number, max: number) => z.number().min(min).max(max);
const count = (min: number, max: number) => z.int().min(min).max(max);
const positive = z.number().positive();
const cache = z.enum(['off', 'read', 'read_write']);
const onDependencyFailure = z.enum(['continue', 'skip']);

/** Of a server: without a user name or password, since a crew file never holds a key. */
const address = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !holdsCredentials(url), 'a crew file holds no user name or password. Take it out of the address.');

/** Where a model is and how it is asked; each value only where it is set. Never a key. */
const modelChoice = {
  provider: text.optional(),
  base_url: address.optional(),
  model: text.optional(),
  temperature: z.number().min(0).max(2).optional(),
  max_tokens: z.int().positive().optional(),
};

export const retriesSchema = z.strictObject({
  max: count(0, 20).default(2),
  base_s: seconds(0, 600).default(1),
  factor: z.number().min(1).max(10).default(2),
  cap_s: seconds(0, 3600).default(60),
});
export type Retries = z.infer<typeof retriesSchema>;

export const settingsSchema = z.strictObject({
  max_concurrent_tasks: count(1, 64).default(8),
  task_timeout_s: seconds(0.1, 86_400).default(300),
  resource_pool_size: count(1, 10_000).default(16),
  ...modelChoice,
  provider: text.default('rehearsal'),
  context_window: z.int().positive().optional(),
  retries: retriesSchema.prefault({}),
  on_dependency_failure: onDependencyFailure.default('continue'),
  cache: cache.default('off'),
  max_rpm: positive.optional(),
  max_tokens_per_minute: positive.optional(),
  budget_usd: positive.optional(),
  manager_review: z.boolean().default(false),
  slot_memory_mib: count(128, 65_536).default(1024),
  workspace: text.optional(),
  prepare: text.optional(),
});

export const agentSchema = z.strictObject({
  name: nameSchema,
  role: z.string(),
  goal: z.string(),
  backstory: z.string().default(''),
  tools: z.array(text).default([]),
  manager: z.boolean().default(false),
  allow_delegation: z.boolean().default(false),
  verbose: z.boolean().default(false),
  max_iterations: count(1, 200).default(20),
  max_rpm: positive.optional(),
  max_concurrent: z.int().positive().optional(),
  ...modelChoice,
});
export type Agent = z.infer<typeof agentSchema>;

const tries = count(0, 20).default(2);
const pattern = text.refine(isPattern, 'this is no regular expression.');
/**
 * What an answer must meet besides its schema. `tries`: how often it is sent back to its agent before the attempt fails.
 *
 * - `length`: so many characters (of Unicode, blanks at its ends apart)
 * - `regex`: a regular expression of JavaScript, with the flag `u`, finds something in it
 * - `json`: it is JSON alone, or in one fence
 * - `language`: its prose is written in it (`de`, `deu`, `de-CH`)
 * - `cites`: it names every task of its context that gave a result, by name or title; without any it holds a web address
 * - an agent's word that it meets the criteria
 */
export const guardrailSchema = z.union([
  z.discriminatedUnion('check', [
    z.strictObject({
      check: z.literal('length'),
      min: z.int().nonnegative().optional(),
      max: z.int().positive().optional(),
      tries,
    }),
    z.strictObject({ check: z.literal('regex'), pattern, tries }),
    z.strictObject({ check: z.literal('json'), tries }),
    z.strictObject({ check: z.literal('language'), language: text, tries }),
    z.strictObject({ check: z.literal('cites'), tries }),
  ]),
  z.strictObject({ agent: reference, criteria: text, tries }),
]);

export type Guardrail = z.infer<typeof guardrailSchema>;

export const taskSchema = z.strictObject({
  name: nameSchema,
  title: z.string().optional(),
  description: z.string(),
  expected_output: z.string(),
  agent: reference.optional(),
  agents: z.array(reference).optional(),
  async: z.boolean().default(false),
  context: z.array(reference).default([]),
  category: z.string().optional(),
  priority: z.int().min(-100).max(100).default(0),
  resources: z.array(z.strictObject({ pool: reference, units: z.int().positive().default(1) })).default([]),
  estimate_s: z.number().positive().optional(),
  timeout_s: seconds(0.1, 86_400).optional(),
  retries: retriesSchema.optional(),
  on_dependency_failure: onDependencyFailure.optional(),
  output_file: text.optional(),
  output_schema: z.json().optional(),
  guardrail: guardrailSchema.optional(),
  human_review: z.enum(['none', 'before', 'after']).default('none'),
  cache: cache.optional(),
  tools: z.array(text).optional(),
});
export type Task = z.infer<typeof taskSchema>;

export const poolSchema = z.strictObject({ name: nameSchema, capacity: count(1, 10_000) });
export type Pool = z.infer<typeof poolSchema>;

/** What is counted for an entry of the workload; each from the run's events. */
export const measureSchema = z.union([
  z.strictObject({ rows_of: text }),
  z.strictObject({ files_written: text }),
  z.strictObject({ items: z.strictObject({ task: reference, path: z.string() }) }),
  z.strictObject({ checks: reference }),
  z.strictObject({ completed: z.string() }),
]);

export const workloadEntrySchema = z.strictObject({
  declared: z.number().nonnegative(),
  unit: z.string().optional(),
  measure: measureSchema.optional(),
});

export const mcpServerSchema = z.union([
  z.strictObject({
    command: text,
    args: z.array(z.string()).default([]),
    env_keys: z.array(z.string()).default([]),
  }),
  z.strictObject({ url: address }),
]);

const point = z.tuple([z.number(), z.number()]);
export const layoutSchema = z.strictObject({
  /** `task:NAME` or `agent:NAME` to the position of its upper left corner. */
  nodes: z.record(z.string(), point).default({}),
  groups: z
    .array(
      z.strictObject({
        title: z.string(),
        color: z.string().optional(),
        /** Keys as in `nodes`. */
        nodes: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  viewport: z.strictObject({ x: z.number(), y: z.number(), zoom: z.number().positive() }).optional(),
});

export const crewSchema = z.strictObject({
  format: z.literal(FORMAT),
  name: nameSchema,
  description: z.string().optional(),
  process: z.enum(['sequential', 'hierarchical', 'consensual']).default('sequential'),
  settings: settingsSchema.prefault({}),
  agents: z.array(agentSchema).default([]),
  tasks: z.array(taskSchema).default([]),
  pools: z.array(poolSchema).default([]),
  workload: z.record(z.string(), workloadEntrySchema).default({}),
  inputs: z.record(z.string(), z.string()).default({}),
  mcp_servers: z.record(z.string(), mcpServerSchema).default({}),
  layout: layoutSchema.prefault({}),
  extras: z.record(z.string(), z.json()).optional(),
});
export type Crew = z.infer<typeof crewSchema>;

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}
