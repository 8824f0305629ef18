import { z } from 'zod';
import { MAX_EXPRESSION_CHARACTERS } from './expression-length.ts';
import { forEachSchema } from './for-each.ts';
import { guardrailSchema } from './guardrails.ts';
import { repeatSchema } from './repeat.ts';
import { retriesSchema } from './settings-schema.ts';
import {
  approveTools,
  cache,
  count,
  nameSchema,
  onDependencyFailure,
  reference,
  seconds,
  text,
} from './value-schemas.ts';

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
