import type { Task } from '../schema.ts';
import { CACHE_CHOICES, RETRY_FIELDS } from './crew-fields.ts';
import type { FieldTable } from './field-info.ts';

/** How each key of a task is edited. */
export const TASK_FIELDS: FieldTable<Task> = {
  name: { label: 'Name', help: 'Other tasks refer to the task by this name.', group: 'Task', custom: 'name' },
  description: {
    label: 'Description',
    help: 'What the agent should do. {placeholders} are replaced by inputs.',
    group: 'Task',
    lines: 5,
  },
  expected_output: {
    label: 'Expected output',
    help: 'What a good answer contains, and in what form.',
    group: 'Task',
    lines: 2,
  },
  agent: {
    label: 'Agent',
    help: 'Who does the task.',
    group: 'Task',
    names: 'agents',
    processes: ['sequential', 'hierarchical'],
    unset: { sequential: 'none', hierarchical: 'assigned by the manager', consensual: 'none' },
  },
  agents: {
    label: 'Agents (default: all)',
    help: 'The agents that propose answers and vote.',
    group: 'Task',
    names: 'agents',
    processes: ['consensual'],
    orIfSet: true,
  },
  context: {
    label: 'Depends on',
    help: 'Tasks that must end first. The agent receives their results.',
    group: 'Task',
    names: 'tasks',
    custom: 'dependencies',
  },
  async: {
    label: 'Asynchronous',
    help: 'The task runs alongside any other. Tasks that are not asynchronous never run alongside each other.',
    group: 'Task',
  },
  title: {
    label: 'Title',
    help: 'Shown instead of the name.',
    group: 'Task',
    unset: 'the name in words',
  },
  human_review: {
    label: 'Human review',
    help: 'Whether the task waits for a person.',
    group: 'Result',
    choices: { none: 'none', before: 'before the task is done', after: 'after the task: review the result' },
  },
  guardrail: {
    label: 'Guardrail',
    help: 'A check of the answer. An answer that fails it goes back to the agent.',
    group: 'Result',
    custom: 'guardrail',
  },
  output_file: {
    label: 'Output file',
    help: 'The file that the result is written to, as a path inside the workspace.',
    group: 'Result',
    unset: 'none',
  },
  output_schema: {
    label: 'Output schema',
    help: 'A JSON Schema that the answer must match. An answer that does not goes back to the agent.',
    group: 'Result',
    isJsonSchema: true,
    unset: 'none',
  },
  priority: {
    label: 'Priority',
    help: 'Of the tasks that are ready, those with a higher priority start first.',
    group: 'Scheduling',
  },
  estimate_s: {
    label: 'Estimate',
    help: 'How long the task usually takes, for predictions.',
    group: 'Scheduling',
    unit: 's',
    unset: 'learned',
    step: 0.1,
  },
  resources: {
    label: 'Resources',
    help: 'The units of pools that the task needs while it runs.',
    group: 'Scheduling',
    names: 'pools',
    custom: 'resources',
  },
  timeout_s: {
    label: 'Timeout',
    help: 'An attempt that takes longer fails.',
    group: 'Failures',
    unit: 's',
    inherits: 'task_timeout_s',
  },
  on_dependency_failure: {
    label: 'When a dependency fails',
    help: 'What happens when a task that this one depends on has failed.',
    group: 'Failures',
    inherits: 'on_dependency_failure',
    choices: { continue: 'continue without it', skip: 'skip this task' },
  },
  retries: {
    fields: RETRY_FIELDS,
    own: {
      label: 'Own retry settings',
      help: 'Replace the crew’s retry settings for this task.',
      group: 'Failures',
      inherits: 'retries',
    },
  },
  category: {
    label: 'Category',
    help: 'Tasks of one category are added up in reports and can share lanes of the timeline.',
    group: 'Task',
    advanced: true,
  },
  cache: {
    label: 'Cache',
    help: 'Whether the result may come from an earlier run in which nothing was different.',
    group: 'Result',
    advanced: true,
    inherits: 'cache',
    choices: CACHE_CHOICES,
  },
  tools: {
    label: 'Tools',
    help: 'Replaces the agent’s tools for this task.',
    group: 'Task',
    advanced: true,
    names: 'tools',
    ownList: 'Own tools',
  },
};
