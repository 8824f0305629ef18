import type { EmailSettings } from '../email.ts';
import type { KnowledgeSettings } from '../knowledge.ts';
import type { Crew, Pool } from '../schema.ts';
import type { Retries } from '../settings-schema.ts';
import type { WebSearchSettings } from '../web-search.ts';
import type { FieldTable } from './field-info.ts';

/** What each use of stored results does. */
export const CACHE_CHOICES = {
  off: 'off',
  read: 'read: use cached results',
  read_write: 'read and write: also store new results',
} as const;

/** How a model calls tools. */
export const TOOL_PROTOCOL_CHOICES = {
  auto: 'automatic: as text if the model has no tools',
  native: 'native: through the API of the model',
  text: 'text: in the text of the answers',
} as const;

const LIBRARY = { editedIn: 'library', why: 'The library lists them, each with its own inspector.' } as const;
const NODES = { editedIn: 'inspector of the node', why: 'Each of them is a node with an inspector.' } as const;

/** How the retry settings are edited, of the crew and of a task with its own settings. */
export const RETRY_FIELDS: FieldTable<Retries> = {
  max: {
    label: 'Retries',
    help: 'How often a task is tried again after a failed attempt.',
    group: 'Failures',
  },
  base_s: {
    label: 'First retry delay',
    help: 'The wait before the first retry. Each further wait is longer by the delay factor.',
    group: 'Failures',
    unit: 's',
    advanced: true,
    step: 0.5,
  },
  factor: {
    label: 'Delay factor',
    help: 'Each wait before a retry is the previous wait times this factor.',
    group: 'Failures',
    advanced: true,
    step: 0.5,
  },
  cap_s: {
    label: 'Max retry delay',
    help: 'No wait before a retry is longer than this.',
    group: 'Failures',
    unit: 's',
    advanced: true,
  },
};

const WEB_SEARCH_FIELDS: FieldTable<WebSearchSettings> = {
  provider: {
    label: 'Search service',
    help: 'Serper, Tavily and Brave need a key in the environment. SearXNG needs its address.',
    group: 'Tools',
    choices: {
      serper: 'Serper (SERPER_API_KEY)',
      tavily: 'Tavily (TAVILY_API_KEY)',
      brave: 'Brave (BRAVE_API_KEY)',
      searxng: 'SearXNG',
      duckduckgo: 'DuckDuckGo (no key)',
    },
  },
  base_url: {
    label: 'Search address',
    help: 'The address of the search service, if it is not its own. SearXNG has none of its own.',
    group: 'Tools',
    unset: 'set by the service',
  },
};

const KNOWLEDGE_FIELDS: FieldTable<KnowledgeSettings> = {
  results: {
    label: 'Passages per task',
    help: 'The number of passages that the prompt of a task contains. With 0, agents only find passages with the tool knowledge_search.',
    group: 'Knowledge',
  },
  embeddings: {
    label: 'Embeddings',
    help: 'The embedding model that ranks passages by meaning, as provider/model. Passages are also found by their words.',
    group: 'Knowledge',
    unset: 'none: by words only',
  },
};

const EMAIL_FIELDS: FieldTable<EmailSettings> = {
  host: {
    label: 'Mail server',
    help: 'The SMTP server that sends the emails, such as smtp.example.com.',
    group: 'Tools',
  },
  port: { label: 'Mail port', help: 'With 465 the connection is encrypted from the beginning.', group: 'Tools' },
  from: { label: 'Sender', help: 'The email address that emails are sent from.', group: 'Tools' },
  user: { label: 'Mail user', help: 'The name to log in with.', group: 'Tools', unset: 'the sender' },
  password_key: {
    label: 'Mail password key',
    help: 'The name of a key, in the key store or the environment, with the password.',
    group: 'Tools',
    unset: 'no login',
  },
};

const SETTING_FIELDS: FieldTable<Crew['settings']> = {
  max_concurrent_tasks: { editedIn: 'toolbar', why: 'The number of slots can also be changed during a run.' },
  provider: { editedIn: 'toolbar', why: 'Another provider may need a key first.' },
  manager_review: {
    label: 'Manager reviews results',
    help: 'The manager can send each result back once.',
    group: 'Crew',
    processes: ['hierarchical'],
  },
  web_search: {
    fields: WEB_SEARCH_FIELDS,
    own: {
      label: 'Choose the web search',
      help: 'If not: the first service with a key, else DuckDuckGo.',
      group: 'Tools',
      initial: { provider: 'duckduckgo' },
    },
  },
  email: {
    fields: EMAIL_FIELDS,
    own: {
      label: 'Mail',
      help: 'The mail server that send_email uses. A person approves each email.',
      group: 'Tools',
      initial: { host: 'smtp.example.com', from: 'me@example.com' },
    },
  },
  knowledge: {
    fields: KNOWLEDGE_FIELDS,
    own: {
      label: 'Choose how knowledge is used',
      help: 'If not: 3 passages per task, found by their words.',
      group: 'Knowledge',
    },
  },
  memory: {
    label: 'Memory',
    help: 'Agents remember across runs. They store items with the tool remember, and prompts contain 3 of them. Results of agents that remember are not cached.',
    group: 'Knowledge',
  },
  model: {
    label: 'Model',
    help: 'The model that answers, by the name that the provider gives it, or as provider/model.',
    group: 'Model',
    unset: 'set by the provider',
  },
  base_url: {
    label: 'Base URL',
    help: 'The address of the model server, if it is not the provider’s own.',
    group: 'Model',
    unset: 'set by the provider',
  },
  temperature: {
    label: 'Temperature',
    help: 'How much answers vary: 0 for the most likely words, 2 for the most surprising ones.',
    group: 'Model',
    unset: 'set by the model',
    step: 0.1,
  },
  max_tokens: {
    label: 'Max tokens per answer',
    help: 'A longer answer is cut off.',
    group: 'Model',
    unset: 'set by the model',
    step: 256,
  },
  parameters: {
    label: 'Parameters',
    help: 'More parameters of model calls, such as top_p, seed or reasoning_effort. null removes one.',
    group: 'Model',
    advanced: true,
    unset: 'none',
  },
  headers: {
    label: 'Headers',
    help: 'More headers of model calls, by name. Never a key.',
    group: 'Model',
    advanced: true,
  },
  api_version: {
    label: 'API version',
    help: 'For Azure: calls deployments with this version of the API.',
    group: 'Model',
    advanced: true,
    unset: 'none (v1)',
  },
  fallbacks: {
    label: 'Fallbacks',
    help: 'Models that answer, in order, if the model has no credit, asks for a long wait, or cannot be reached.',
    group: 'Model',
    advanced: true,
    unset: 'none',
    custom: 'fallbacks',
  },
  tool_protocol: {
    label: 'Tool calls',
    help: 'How the model calls tools. Models without tools of their own can write calls into their answers.',
    group: 'Model',
    advanced: true,
    choices: TOOL_PROTOCOL_CHOICES,
    unset: 'automatic',
  },
  context_window: {
    label: 'Context window',
    help: 'The number of tokens that the model can read at once. Long conversations are shortened to fit.',
    group: 'Model',
    unit: 'tokens',
    advanced: true,
    unset: 'automatic',
    step: 1024,
  },
  budget_usd: {
    label: 'Budget',
    help: 'When a run has cost this amount, it asks whether to continue.',
    group: 'Limits',
    unit: '$',
    unset: 'no limit',
    step: 0.01,
  },
  budget_tokens: {
    label: 'Token budget',
    help: 'When the model calls of a run have used this number of tokens, it asks whether to continue.',
    group: 'Limits',
    unit: 'tokens',
    unset: 'no limit',
    step: 10_000,
  },
  max_rpm: {
    label: 'Max requests per minute',
    help: 'The number of model calls per minute, across all slots.',
    group: 'Limits',
    unset: 'no limit',
  },
  max_tokens_per_minute: {
    label: 'Max tokens per minute',
    help: 'The number of tokens sent and received per minute, across all slots.',
    group: 'Limits',
    unset: 'no limit',
    step: 1000,
  },
  task_timeout_s: {
    label: 'Task timeout',
    help: 'An attempt that takes longer fails.',
    group: 'Failures',
    unit: 's',
  },
  retries: { fields: RETRY_FIELDS },
  on_dependency_failure: {
    label: 'When a dependency fails',
    help: 'What happens to a task when a task that it depends on has failed.',
    group: 'Failures',
    choices: { continue: 'continue without it', skip: 'skip dependent tasks' },
  },
  workspace: {
    label: 'Workspace',
    help: 'The folder for tools and output files, below the folder of the crew file.',
    group: 'Files and cache',
    unset: 'workspace',
  },
  cache: {
    label: 'Cache',
    help: 'Whether a task may take its result from an earlier run in which nothing was different.',
    group: 'Files and cache',
    choices: CACHE_CHOICES,
  },
  prepare: {
    label: 'Sample data',
    help: 'The built-in generator that writes its files into the workspace before a run, if they are missing.',
    group: 'Files and cache',
    advanced: true,
    unset: 'none',
  },
  training: {
    label: 'Training',
    help: 'A file with guidance for tasks, below the folder of the crew file. "crewlane train" writes it.',
    group: 'Knowledge',
    unset: 'none',
  },
  slot_memory_mib: {
    label: 'Slot memory',
    help: 'A slot that uses more memory is restarted.',
    group: 'Slots and pools',
    unit: 'MiB',
    advanced: true,
    step: 128,
  },
  resource_pool_size: {
    label: 'Default pool capacity',
    help: 'The capacity of a pool that an agent creates without stating one.',
    group: 'Slots and pools',
    advanced: true,
  },
};

/** How each key of a crew is edited. */
export const CREW_FIELDS: FieldTable<Omit<Crew, 'linked' | 'loops'>> = {
  format: {
    editedIn: 'no part of the window',
    why: 'The version of the file format is written when the crew is saved.',
  },
  name: { label: 'Name', help: 'Identifies the crew in runs and reports.', group: 'Crew', custom: 'name' },
  description: {
    label: 'Description',
    help: 'What the crew is for. Models do not receive it.',
    group: 'Crew',
    lines: 2,
  },
  process: {
    label: 'Process',
    help: 'How tasks get their agents, and how a result is agreed on.',
    group: 'Crew',
    choices: {
      sequential: 'sequential: the graph as drawn',
      hierarchical: 'hierarchical: with a manager',
      consensual: 'consensual: propose and vote',
    },
  },
  inputs: {
    label: 'Inputs',
    help: 'Each value replaces its {placeholder} in the texts of agents and tasks. A value that is JSON, such as a list, can be used with paths: {list.0.title}.',
    group: 'Inputs',
    custom: 'inputs',
  },
  settings: { fields: SETTING_FIELDS },
  workload: {
    label: 'Workload',
    help: 'The amounts that a run is expected to process. Reports compare them with what was measured.',
    group: 'Workload',
    advanced: true,
    custom: 'workload',
  },
  knowledge: {
    label: 'Knowledge files',
    help: 'Files below the folder of the crew file, and the agents that know them.',
    group: 'Knowledge',
    advanced: true,
    onlyIfSet: true,
  },
  extras: {
    label: 'Extras',
    help: 'Data of other programs. It is kept as it is and does not affect a run.',
    unset: 'none',
    group: 'Other',
    advanced: true,
  },
  agents: NODES,
  tasks: NODES,
  pools: NODES,
  tools: LIBRARY,
  mcp_servers: LIBRARY,
  databases: LIBRARY,
  layout: { editedIn: 'canvas', why: 'It stores positions, groups and the view.' },
};

/** How each key of a pool is edited. */
export const POOL_FIELDS: FieldTable<Pool> = {
  name: { label: 'Name', help: 'Tasks refer to the pool by this name.', group: 'Pool', custom: 'name' },
  capacity: {
    label: 'Capacity',
    help: 'The number of units that running tasks can share.',
    group: 'Pool',
  },
};
