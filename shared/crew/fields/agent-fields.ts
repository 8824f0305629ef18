import type { Agent } from '../schema.ts';
import type { FieldTable } from './field-info.ts';

/** How each key of an agent is edited. */
export const AGENT_FIELDS: FieldTable<Agent> = {
  name: { label: 'Name', help: 'Tasks refer to the agent by this name.', group: 'Agent', custom: 'name' },
  role: { label: 'Role', help: 'Who the agent is, such as “Market researcher”.', group: 'Agent' },
  goal: { label: 'Goal', help: 'What the agent tries to achieve in every task.', group: 'Agent', lines: 2 },
  backstory: {
    label: 'Backstory',
    help: 'Knowledge, style and rules that shape the agent’s answers.',
    group: 'Agent',
    lines: 4,
  },
  tools: { label: 'Tools', help: 'What the agent can use while it works on a task.', group: 'Agent', names: 'tools' },
  manager: {
    label: 'Manager',
    help: 'In a hierarchical crew, the manager assigns the tasks that have no agent.',
    group: 'Behavior',
  },
  allow_delegation: {
    label: 'Allow delegation',
    help: 'The agent can delegate work to other agents and ask them questions.',
    group: 'Behavior',
  },
  model: {
    label: 'Model',
    help: 'The model that answers, by the name that the provider gives it, or as provider/model.',
    group: 'Model',
    inherits: 'model',
    unset: 'set by the provider',
  },
  temperature: {
    label: 'Temperature',
    help: 'How much answers vary: 0 for the most likely words, 2 for the most surprising ones.',
    group: 'Model',
    inherits: 'temperature',
    unset: 'set by the model',
    step: 0.1,
  },
  max_tokens: {
    label: 'Max tokens per answer',
    help: 'A longer answer is cut off.',
    group: 'Model',
    inherits: 'max_tokens',
    unset: 'set by the model',
    step: 256,
  },
  provider: {
    label: 'Provider',
    help: 'Who answers this agent, if not the crew’s provider.',
    group: 'Model',
    advanced: true,
    names: 'providers',
    inherits: 'provider',
  },
  base_url: {
    label: 'Base URL',
    help: 'The address of the model server, if it is not the crew’s.',
    group: 'Model',
    advanced: true,
    inherits: 'base_url',
    unset: 'set by the provider',
  },
  parameters: {
    label: 'Parameters',
    help: 'More parameters of this agent’s model calls, added to those of the crew. null removes one.',
    group: 'Model',
    advanced: true,
    unset: 'as the crew',
  },
  headers: {
    label: 'Headers',
    help: 'More headers of this agent’s model calls, added to those of the crew. Never a key.',
    group: 'Model',
    advanced: true,
  },
  api_version: {
    label: 'API version',
    help: 'For Azure: calls deployments with this version of the API.',
    group: 'Model',
    advanced: true,
    unset: 'as the crew',
  },
  max_concurrent: {
    label: 'Max concurrent turns',
    help: 'The number of tasks that this agent works on at the same time.',
    group: 'Limits',
    unset: 'no limit',
  },
  max_rpm: {
    label: 'Max requests per minute',
    help: 'The number of model calls per minute for this agent.',
    group: 'Limits',
    unset: 'no limit',
  },
  max_iterations: {
    label: 'Max iterations',
    help: 'The number of model calls in one attempt, after which the agent must answer.',
    group: 'Limits',
    advanced: true,
  },
  verbose: {
    label: 'Verbose',
    help: 'The command line shows the agent’s turns while they run.',
    group: 'Behavior',
    advanced: true,
  },
};
