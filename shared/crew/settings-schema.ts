import { z } from 'zod';
import { emailSchema } from './email.ts';
import { knowledgeSettingsSchema } from './knowledge.ts';
import { modelChoices } from './model-choice.ts';
import { cache, count, onDependencyFailure, positive, seconds, text } from './value-schemas.ts';
import { webSearchSchema } from './web-search.ts';

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
