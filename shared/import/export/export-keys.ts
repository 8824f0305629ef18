import type { Agent, Crew, Task } from '../../crew/schema.ts';
import { excerpt, type Notes, type Reason } from '../report.ts';
import { isSourceObject, type SourceObject, type SourceValue } from '../source.ts';

/**
 * What becomes of a key: an object with CrewAI's keys, or a reason why it is left out. `elsewhere`: other code writes it, or it
 * is only about the file.
 */
type ExportRule = 'elsewhere' | ((value: SourceValue) => SourceObject | Reason);
/** A key without a rule has no equivalent. */
type ExportRules<T> = { readonly [K in keyof T]?: ExportRule };

const NO_KEY: Reason = { why: 'CrewAI has no such key.', instead: 'Keep the crew file.' };

/** Keys of a model, which `exportModel` writes. */
const MODEL_KEYS = {
  provider: 'elsewhere',
  base_url: 'elsewhere',
  model: 'elsewhere',
  temperature: 'elsewhere',
  max_tokens: 'elsewhere',
  api_version: 'elsewhere',
  parameters: 'elsewhere',
  headers: 'elsewhere',
} as const;

export const CREW_EXPORT: ExportRules<Crew> = {
  format: 'elsewhere',
  name: 'elsewhere',
  process: 'elsewhere',
  settings: 'elsewhere',
  agents: 'elsewhere',
  tasks: 'elsewhere',
  inputs: (value) => ({ inputs: value }),
  layout: 'elsewhere',
  extras: 'elsewhere',
};

export const SETTINGS_EXPORT: ExportRules<Crew['settings']> = {
  ...MODEL_KEYS,
  max_rpm: (value) => ({ max_rpm: value }),
};

export const AGENT_EXPORT: ExportRules<Agent> = {
  ...MODEL_KEYS,
  name: 'elsewhere',
  role: 'elsewhere',
  goal: 'elsewhere',
  backstory: 'elsewhere',
  tools: 'elsewhere',
  manager: 'elsewhere',
  allow_delegation: (value) => ({ allow_delegation: value }),
  verbose: (value) => ({ verbose: value }),
  max_iterations: (value) => ({ max_iter: value }),
  max_rpm: (value) => ({ max_rpm: value }),
};

export const TASK_EXPORT: ExportRules<Task> = {
  name: 'elsewhere',
  description: 'elsewhere',
  expected_output: 'elsewhere',
  agent: 'elsewhere',
  context: 'elsewhere',
  async: 'elsewhere',
  tools: 'elsewhere',
  output_file: (value) => ({ output_file: value }),
  output_schema: (value) => (isSourceObject(value) ? { output_json: value } : NO_KEY),
  guardrail: (value) => {
    if (isSourceObject(value) && typeof value['criteria'] === 'string')
      return { guardrail: value['criteria'], guardrail_max_retries: value['tries'] ?? DEFAULT_TRIES };
    return { why: 'CrewAI has no such check.', instead: 'Describe the rule in words.' };
  },
  guardrails: (value) => {
    const criteria = (Array.isArray(value) ? value : []).map((rule) =>
      isSourceObject(rule) ? rule['criteria'] : null,
    );
    const [first] = Array.isArray(value) ? value : [];
    const tries = (isSourceObject(first) ? first['tries'] : null) ?? DEFAULT_TRIES;
    if (criteria.every((each) => typeof each === 'string'))
      return { guardrails: criteria, guardrail_max_retries: tries };
    return { why: 'CrewAI has no such check.', instead: 'Describe the rules in words.' };
  },
  attachments: (value) => ({ input_files: value }),
  human_review: (value) =>
    value === 'after' ? { human_input: true } : { why: 'CrewAI reviews only results.', instead: 'Review the result.' },
  timeout_s: () => ({ why: 'In CrewAI an agent has a time limit, not a task.', instead: 'Set max_execution_time.' }),
  retries: () => ({ why: 'In CrewAI an agent has retries, not a task.', instead: 'Set max_retry_limit.' }),
};

/** The number of corrections of a guardrail that names none. */
const DEFAULT_TRIES = 2;

/** Returns CrewAI's keys for the keys of a part, which contains no defaults. The rest is listed. */
export function exportKeys(
  rules: Readonly<Record<string, ExportRule | undefined>>,
  part: SourceObject,
  notes: Notes,
): SourceObject {
  const exported: SourceObject = {};
  for (const [key, value] of Object.entries(part)) {
    const rule = rules[key] ?? (() => NO_KEY);
    if (rule === 'elsewhere') continue;
    const result = rule(value);
    if (isReason(result)) notes.below(key).leftOut(excerpt(value), result);
    else Object.assign(exported, result);
  }
  return exported;
}

function isReason(result: SourceObject | Reason): result is Reason {
  return typeof result['why'] === 'string' && typeof result['instead'] === 'string';
}
