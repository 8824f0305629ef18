import { z } from 'zod';
import { isBoundedGlob } from './bounded-glob.ts';
import { databasesSchema } from './databases.ts';
import { emailSchema } from './email.ts';
import { MAX_EXPRESSION_CHARACTERS } from './expression-length.ts';
import { forEachSchema } from './for-each.ts';
import { guardrailSchema } from './guardrails.ts';
import { knowledgeSchema, knowledgeSettingsSchema } from './knowledge.ts';
import { repeatSchema } from './repeat.ts';
import { addressSchema, crewToolSchema, mcpServersSchema } from './tool-schema.ts';
import { webSearchSchema } from './web-search.ts';

/**
 * The schema of a crew: of the file `*.crew.json`, and of the crew in memory with defaults filled in. The rules that
 * combine several values (references, cycles, units) are in `check.ts`.
 */

export const FORMAT = 'crewlane/1';

/**
 * 1 to 64 characters: letters of any script, marks, digits, `_`, `-`; starts with a letter or `_`. Normalized (NFC).
 */
export const NAME = /^[\p{L}_][\p{L}\p{M}\p{Nd}_-]{0,63}$/u;
const nameSchema = z.string().normalize('NFC').regex(NAME);
const text = z.string().min(1);
/** A reference to something else in the file. `check.ts` checks that it exists. */
const reference = text.normalize('NFC');

const seconds = (min: number, max: number) => z.number().min(min).max(max);
const count = (min: number, max: number) => z.int().min(min).max(max);
const positive = z.number().positive();
const cache = z.enum(['off', 'read', 'read_write']);
const onDependencyFailure = z.enum(['continue', 'skip']);

/** The address of a model and the settings of its calls. Only values that are set are present, and never a key. */
const modelChoice = {
  provider: text.optional().describe('The provider that answers; see `crewlane doctor` for the names.'),
  base_url: addressSchema
    .optional()
    .describe('The address of an OpenAI-compatible server, without a key, user name or password.'),
  model: text
    .optional()
    .describe('The name of the model, as the provider spells it, or `provider/model` in place of `provider`.'),
  temperature: z.number().min(0).max(2).optional().describe('How much answers vary. Sent to the provider only if set.'),
  max_tokens: z
    .int()
    .positive()
    .optional()
    .describe('The longest answer, in tokens. Sent to the provider only if set.'),
  api_version: text
    .optional()
    .describe('Azure only: the version of the API, which calls deployments. Default: the API without versions (v1).'),
  parameters: z
    .record(z.string(), z.json())
    .optional()
    .describe(
      'More parameters of model calls, such as `top_p`, `seed` or `reasoning_effort`: any JSON, sent as it is. Those of an agent are added to those of the crew. `null` removes a parameter, also `temperature`.',
    ),
  headers: z.record(z.string(), z.string()).optional().describe('More headers of model calls, by name. Never a key.'),
  tool_protocol: z
    .enum(['auto', 'native', 'text'])
    .optional()
    .describe(
      'How the model calls tools: `native` through its API, `text` in the text of its answers, for models without tools. Default: `auto`, text if the server refuses tools.',
    ),
};

/** A model that answers in place of another: its name, or the keys of a model. */
export const fallbackSchema = z.union([text, z.strictObject(modelChoice)]);

/** The model of the crew or of an agent, and the models that answer if it cannot. */
const modelChoices = {
  ...modelChoice,
  fallbacks: z
    .array(fallbackSchema)
    .max(5)
    .optional()
    .describe(
      'Models that answer, in order, if the model has no credit, asks to wait for more than 10 s, or cannot be reached: `provider/model`, or an object with keys such as `provider`, `base_url` and `model`.',
    ),
};

export const retriesSchema = z.strictObject({
  max: count(0, 20).default(2).describe('The number of retries after transient failures.'),
  base_s: seconds(0, 600).default(1).describe('The longest first backoff, in seconds.'),
  factor: z.number().min(1).max(10).default(2).describe('The longest backoff grows by this factor with each retry.'),
  cap_s: seconds(0, 3600).default(60).describe('The limit of the backoff, in seconds.'),
});
export type Retries = z.infer<typeof retriesSchema>;

export const settingsSchema = z.strictObject({
  max_concurrent_tasks: count(1, 64).default(8).describe('The number of slots: turns that run at the same time.'),
  task_timeout_s: seconds(0.1, 86_400).default(300).describe('The longest attempt of a task, in seconds.'),
  resource_pool_size: count(1, 10_000)
    .default(16)
    .describe('The capacity of a pool that an agent creates without naming a capacity.'),
  ...modelChoices,
  provider: text.default('rehearsal').describe('The provider that answers; see `crewlane doctor` for the names.'),
  context_window: z
    .int()
    .positive()
    .optional()
    .describe('The tokens that the model accepts. If not set: the value of the model list, or 128,000.'),
  retries: retriesSchema.prefault({}).describe('How transient failures are retried.'),
  on_dependency_failure: onDependencyFailure
    .default('continue')
    .describe('Whether a task runs without the results of failed tasks, or is skipped.'),
  cache: cache.default('off').describe('Whether results of earlier runs are used, and whether new results are stored.'),
  max_rpm: positive.optional().describe('Model calls per minute, across all slots.'),
  max_tokens_per_minute: positive.optional().describe('Tokens per minute, across all slots.'),
  budget_usd: positive.optional().describe('The amount in US dollars that a run may cost.'),
  budget_tokens: z
    .int()
    .positive()
    .optional()
    .describe('The tokens that the model calls of a run may use. It also limits models of unknown price.'),
  web_search: webSearchSchema
    .optional()
    .describe('How `web_search` searches. Default: the first service with a key, else DuckDuckGo.'),
  knowledge: knowledgeSettingsSchema.optional().describe('How the files of `knowledge` are used.'),
  memory: z
    .boolean()
    .default(false)
    .describe('Whether agents remember across runs: they get `remember` and `recall`, and 3 items in each prompt.'),
  email: emailSchema.optional().describe('How `send_email` sends emails.'),
  manager_review: z
    .boolean()
    .default(false)
    .describe('Whether the manager reviews each result, and may send it back once.'),
  training: text
    .optional()
    .describe('A file with guidance for tasks, as `train` writes it, below the folder of the crew file.'),
  slot_memory_mib: count(128, 65_536)
    .default(1024)
    .describe('The memory of a slot process, in MiB. A process that uses more is replaced.'),
  workspace: text
    .optional()
    .describe('The folder that tools use, below the folder of the crew file. Default: `workspace`.'),
  prepare: text
    .optional()
    .describe('A generator that ships with the application and writes input files before the run.'),
});

/** Calls that a person must approve. */
const approveTools = z.union([z.boolean(), z.array(text).min(1).max(100)]);

export const agentSchema = z.strictObject({
  name: nameSchema.describe('The name that tasks refer to.'),
  role: z.string().describe('Who the agent is.'),
  goal: z.string().describe('What the agent should achieve.'),
  backstory: z.string().default('').describe("Experience and style that shape the agent's answers."),
  tools: z
    .array(text)
    .default([])
    .describe(
      'The tools that the agent can call: built-in tools, tools of the crew, `server__tool`, or a prefix with a final `*`.',
    ),
  approve_tools: approveTools
    .default(false)
    .describe('Whether a person approves each tool call: `true` for all, or names and wildcards such as `notes__*`.'),
  manager: z
    .boolean()
    .default(false)
    .describe('Whether the agent is the manager of a `hierarchical` crew, which has exactly one.'),
  allow_delegation: z
    .boolean()
    .default(false)
    .describe('Whether the agent can delegate work and questions to coworkers.'),
  verbose: z
    .boolean()
    .default(false)
    .describe("Whether the command line shows the agent's turns in its progress output."),
  memory: z.boolean().optional().describe('In place of `settings.memory`.'),
  max_iterations: count(1, 200)
    .default(20)
    .describe('The longest turn, in model calls. The last call must give the answer.'),
  max_rpm: positive.optional().describe('Model calls per minute of the agent.'),
  max_concurrent: z.int().positive().optional().describe('The number of turns that the agent runs at the same time.'),
  ...modelChoices,
});
export type Agent = z.infer<typeof agentSchema>;

/** A choice of a router: one line of text. */
const choiceSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^\S(?:.*\S)?$/u, 'a choice is one line without spaces around it.');
const distinct = (texts: readonly string[]) => new Set(texts.map((text) => text.toLowerCase())).size === texts.length;

/** An entry of a context. The object is an edge that opens only if the router chose this, or one of these. */
export const contextEntrySchema = z.union([
  reference,
  z.strictObject({
    task: reference.describe('The router: a task with `choices`.'),
    choice: z
      .union([choiceSchema, z.array(choiceSchema).min(1).max(20)])
      .describe('The choice of the router, or a list of choices of which one suffices.'),
  }),
]);

/** A tool call that replaces the agent of a task. */
export const callSchema = z.strictObject({
  tool: text.describe('The tool.'),
  arguments: z
    .record(z.string(), z.json())
    .default({})
    .describe('Its arguments. `{placeholders}` are replaced; a value that is one placeholder keeps its type.'),
});

const humanReview = z.union([
  z.enum(['none', 'before', 'after']),
  z
    .array(z.enum(['before', 'after']))
    .min(1)
    .max(2)
    .refine((when) => new Set(when).size === when.length, 'it lists a review twice.'),
]);

export const taskSchema = z.strictObject({
  name: nameSchema.describe('The name that other tasks refer to.'),
  title: z.string().optional().describe('Shown in place of the name. Default: the name in words.'),
  description: z.string().describe('What the agent does. `{placeholders}` are replaced by inputs.'),
  expected_output: z.string().describe('What a good result contains.'),
  agent: reference
    .optional()
    .describe('The agent of the task. In `hierarchical` the manager assigns one if it is not set.'),
  agents: z.array(reference).optional().describe('The council of the task in `consensual`. Default: all agents.'),
  call: callSchema
    .optional()
    .describe('In place of an agent: a tool is called once, without a model. Its answer is the result.'),
  crew: text
    .optional()
    .describe(
      'In place of an agent: a crew file that runs as this task, as a path below the folder of this file. Its result is the result of the task.',
    ),
  inputs: z
    .record(z.string(), z.json())
    .optional()
    .describe(
      'The inputs of the crew of `crew`, by name. `{placeholders}` are replaced; a value that is one placeholder keeps its type. Default: the inputs of this crew, and the item.',
    ),
  result: reference
    .optional()
    .describe(
      'The task of the crew of `crew` whose result is the result of the task. Default: its only final task, else all final tasks.',
    ),
  async: z
    .boolean()
    .default(false)
    .describe('Whether the task can run at the same time as other tasks. Tasks with `false` run one after another.'),
  context: z
    .array(contextEntrySchema)
    .default([])
    .describe(
      'The tasks that this task depends on. Their results are part of its prompt. `{ "task", "choice" }` is a choice edge: it opens if the router chose that. A task with choice edges runs if one of them opens.',
    ),
  when: z
    .string()
    .min(1)
    .max(MAX_EXPRESSION_CHARACTERS)
    .optional()
    .describe(
      'An expression in CEL. If it is false after the context has ended, the task is not chosen. It uses `outputs.TASK`, `statuses.TASK`, `choices.TASK` and `inputs`.',
    ),
  choices: z
    .array(choiceSchema)
    .min(2)
    .max(20)
    .refine(distinct, 'each choice must differ from the others.')
    .optional()
    .describe('Makes the task a router: its answer must name one of these.'),
  choose: z.enum(['one', 'many']).default('one').describe('Whether a router names one choice, or several.'),
  default_choice: choiceSchema
    .optional()
    .describe('The choice of a router whose answer names none. Without it the task fails.'),
  for_each: forEachSchema
    .optional()
    .describe('Runs the task once for each item of a list, which a result or an input contains.'),
  repeat: repeatSchema
    .optional()
    .describe('Runs the tasks from another one to this one again, until a condition is true.'),
  category: z.string().optional().describe('A group in the reports. Default: the agent.'),
  priority: z
    .int()
    .min(-100)
    .max(100)
    .default(0)
    .describe('Moves the task, and every task that it depends on, forward in the order of ready tasks.'),
  resources: z
    .array(
      z.strictObject({
        pool: reference.describe('The name of the pool.'),
        units: z.int().positive().default(1).describe('The number of units.'),
      }),
    )
    .default([])
    .describe('The units of pools that the task holds while it runs.'),
  estimate_s: z
    .number()
    .positive()
    .optional()
    .describe('The expected busy time in seconds, used until earlier runs give a better estimate.'),
  timeout_s: seconds(0.1, 86_400)
    .optional()
    .describe('The longest attempt, in seconds, in place of `settings.task_timeout_s`.'),
  retries: retriesSchema.optional().describe('In place of `settings.retries`.'),
  on_dependency_failure: onDependencyFailure.optional().describe('In place of `settings.on_dependency_failure`.'),
  output_file: text.optional().describe('The file in the workspace that the result is written to.'),
  output_schema: z.json().optional().describe('The JSON Schema that the answer must match.'),
  guardrail: guardrailSchema
    .optional()
    .describe('One rule that the answer must satisfy, or an agent that judges it. `guardrails` replaces it.'),
  guardrails: z
    .array(guardrailSchema)
    .min(1)
    .max(10)
    .optional()
    .describe('Rules that the answer must satisfy, in order. After a correction, the first one is checked again.'),
  human_review: humanReview
    .default('none')
    .describe('Whether a person approves the task before it starts, its result, or both as a list.'),
  cache: cache.optional().describe('In place of `settings.cache`.'),
  token_limit: count(1000, 100_000_000)
    .optional()
    .describe('The tokens of all model calls of the task, after which its agent must answer.'),
  call_limit: count(1, 10_000)
    .optional()
    .describe('The number of answered model calls of the task. Its agent must answer in the last of them.'),
  approve_tools: approveTools.optional().describe('In place of `approve_tools` of its agent.'),
  tools: z.array(text).optional().describe('The tools of the task, in place of the tools of its agent.'),
  attachments: z
    .array(text)
    .max(10)
    .default([])
    .describe(
      'Files of the workspace that the model receives with the task: images (png, jpeg, gif, webp), and the text of PDF, Word, Excel and text files. Up to 5 MiB each and 20 MiB in all.',
    ),
});
export type Task = z.infer<typeof taskSchema>;

export const poolSchema = z.strictObject({
  name: nameSchema.describe('The name that tasks and tools refer to.'),
  capacity: count(1, 10_000).describe('The number of units.'),
});
export type Pool = z.infer<typeof poolSchema>;

/** What is counted for an entry of the workload, always from the run's events. */
export const measureSchema = z.union([
  z.strictObject({ rows_of: text }),
  z.strictObject({
    files_written: text.refine(
      isBoundedGlob,
      'it has too many wildcards. Use at most 3 times "*", 2 times "**" and one group in braces.',
    ),
  }),
  z.strictObject({ items: z.strictObject({ task: reference, path: z.string() }) }),
  z.strictObject({ checks: reference }),
  z.strictObject({ completed: z.string() }),
]);

export const workloadEntrySchema = z.strictObject({
  declared: z.number().nonnegative().describe('The expected amount.'),
  unit: z.string().optional().describe('The unit of the amount, such as `rows`.'),
  measure: measureSchema
    .optional()
    .describe('How a run measures the amount. Without it the reports say "not measured".'),
});

const point = z.tuple([z.number(), z.number()]);
export const layoutSchema = z.strictObject({
  nodes: z
    .record(z.string(), point)
    .default({})
    .describe('The upper left corner of each node, by `task:NAME` or `agent:NAME`.'),
  groups: z
    .array(
      z.strictObject({
        title: z.string().describe('The label of the group.'),
        color: z.string().optional().describe('The color of the group, as CSS writes it.'),
        nodes: z.array(z.string()).default([]).describe('The nodes of the group, by their keys in `layout.nodes`.'),
      }),
    )
    .default([])
    .describe('Frames around nodes.'),
  viewport: z
    .strictObject({ x: z.number(), y: z.number(), zoom: z.number().positive() })
    .optional()
    .describe('The part of the canvas that is shown.'),
});

export const crewSchema = z.strictObject({
  format: z.literal(FORMAT).describe('The version of the file format.'),
  name: nameSchema.describe('The name of the crew.'),
  description: z.string().optional().describe('What the crew is for.'),
  process: z
    .enum(['sequential', 'hierarchical', 'consensual'])
    .default('sequential')
    .describe(
      'How the crew works together: tasks have agents, a manager assigns them, or a council proposes and votes.',
    ),
  settings: settingsSchema.prefault({}).describe('Limits, models and defaults of the crew.'),
  agents: z.array(agentSchema).default([]).describe('The agents.'),
  tasks: z.array(taskSchema).default([]).describe('The tasks.'),
  pools: z.array(poolSchema).default([]).describe('The pools of units that tasks share.'),
  workload: z
    .record(z.string(), workloadEntrySchema)
    .default({})
    .describe('Amounts of work that a run is expected to do, by name. Reports compare them with what was measured.'),
  inputs: z
    .record(z.string(), z.json())
    .default({})
    .describe('Values for `{placeholders}` in texts, by name: any JSON.'),
  tools: z.array(crewToolSchema).default([]).describe('Tools that the crew defines: HTTP requests and scripts.'),
  mcp_servers: mcpServersSchema
    .default({})
    .describe('Servers of the Model Context Protocol, by name. Agents use their tools as `server__tool`.'),
  knowledge: z
    .array(knowledgeSchema)
    .default([])
    .describe('Files that agents know. Only the engine reads them, and tools cannot change them.'),
  databases: databasesSchema
    .default({})
    .describe('Databases that `sql_query` can read, by name: PostgreSQL, MySQL and SQLite.'),
  layout: layoutSchema.prefault({}).describe('Positions on the canvas. They do not affect a run.'),
  extras: z.record(z.string(), z.json()).optional().describe('Anything. Crewlane keeps it as it is.'),
});

/** A crew file that tasks of another crew run. */
export interface Part {
  /** The hash of its content. */
  readonly sha256: string;
  /** The crew of the file. Paths of the files that its tasks run begin at the folder of the first crew file. */
  readonly crew: Crew;
}

/** The crew files that the tasks of a linked crew run. */
export interface LinkedFiles {
  /** The crew as its file contains it. */
  readonly file: Crew;
  /** By path, from the folder of the file. */
  readonly parts: Readonly<Record<string, Part>>;
}

/**
 * A crew. Not part of a file: `linked`, which `link.ts` adds with the agents and pools of the named files, and `loops`, the
 * tasks of each loop that has begun, as they were before, by the name of the task with `repeat`.
 */
export type Crew = z.infer<typeof crewSchema> & {
  readonly linked?: LinkedFiles;
  readonly loops?: Readonly<Record<string, readonly Task[]>>;
};
