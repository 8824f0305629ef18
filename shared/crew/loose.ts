import { z } from 'zod';
import type { Crew } from './schema.ts';

type Task = Crew['tasks'][number];

/**
 * The values of a crew that the rules in `check.ts` need. They can be read from any JSON: missing values and values
 * of a wrong type, which the schema reports, are skipped, so that all problems of a file are found at once.
 */
const word = z.string().normalize('NFC').catch('');
const words = z.array(word).catch([]);
const maybeWord = z.string().normalize('NFC').optional().catch(undefined);

const choice = z.union([z.string(), z.array(z.string())]).catch([]);
const entry = z.union([z.object({ task: word, choice }), word]);

const maybeCount = z.number().optional().catch(undefined);

const guardrail = z
  .object({ agent: maybeWord, check: maybeWord, language: maybeWord, cel: maybeWord, min: maybeCount, max: maybeCount })
  .catch({});

const knowledge = z.object({ path: word, agents: words.optional().catch(undefined) }).catch({ path: '' });
const knowledgeSettings = z.object({ embeddings: maybeWord }).optional().catch(undefined);

const additions = {
  parameters: z.record(z.string(), z.unknown()).optional().catch(undefined),
  headers: z.record(z.string(), z.unknown()).optional().catch(undefined),
};

const agent = z
  .object({
    name: word,
    manager: z.boolean().catch(false),
    tools: words,
    approve_tools: words.optional(),
    ...additions,
  })
  .catch({ name: '', manager: false, tools: [] });

const task = z
  .object({
    name: word,
    agent: maybeWord,
    agents: words.optional().catch(undefined),
    context: z.array(entry).catch([]),
    for_each: z
      .object({ task: maybeWord, input: maybeWord, as: maybeWord, where: maybeWord })
      .optional()
      .catch(undefined),
    repeat: z.object({ from: maybeWord, until: maybeWord }).optional().catch(undefined),
    resources: z.array(z.object({ pool: word, units: z.number().catch(1) }).catch({ pool: '', units: 0 })).catch([]),
    output_file: maybeWord,
    when: maybeWord,
    choices: z.array(z.string()).optional().catch(undefined),
    default_choice: maybeWord,
    call: z
      .object({ tool: word, arguments: z.record(z.string(), z.unknown()).optional().catch(undefined) })
      .optional()
      .catch(undefined),
    crew: maybeWord,
    inputs: z.unknown().optional(),
    result: maybeWord,
    guardrail: guardrail.optional().catch(undefined),
    guardrails: z.array(guardrail).optional().catch(undefined),
    tools: words,
    attachments: words,
    approve_tools: words.optional(),
  })
  .catch({ name: '', context: [], resources: [], tools: [], attachments: [] });

const measure = z.object({ items: z.object({ task: word }).optional().catch(undefined), checks: maybeWord }).catch({});

const request = z.object({
  url: maybeWord,
  headers: z.record(z.string(), word).catch({}),
  query: z.record(z.string(), word).catch({}),
});
const crewTool = z
  .object({ name: word, http: request.optional().catch({ headers: {}, query: {} }), script: z.unknown().optional() })
  .catch({ name: '' });
const server = z.object({ args: words.optional().catch(undefined) }).catch({});

const loose = z
  .object({
    process: word,
    settings: z.object({ ...additions, knowledge: knowledgeSettings }).catch({}),
    agents: z.array(agent).catch([]),
    tasks: z.array(task).catch([]),
    pools: z.array(z.object({ name: word, capacity: z.number().catch(1) }).catch({ name: '', capacity: 1 })).catch([]),
    workload: z.record(z.string(), z.object({ measure: measure.optional() }).catch({})).catch({}),
    tools: z.array(crewTool).catch([]),
    mcp_servers: z.record(z.string(), server).catch({}),
    knowledge: z.array(knowledge).catch([]),
  })
  .catch({
    process: '',
    settings: {},
    agents: [],
    tasks: [],
    pools: [],
    workload: {},
    tools: [],
    mcp_servers: {},
    knowledge: [],
  });

export type LooseCrew = z.infer<typeof loose>;
export type LooseTask = LooseCrew['tasks'][number];

export function looseCrew(json: unknown): LooseCrew {
  return loose.parse(json);
}

/**
 * Returns these values of a parsed crew without parsing it again, because crews of ten thousand tasks are checked at
 * every keystroke.
 */
export function looseOf({
  process,
  settings,
  agents,
  tasks,
  pools,
  workload,
  tools,
  mcp_servers,
  knowledge,
}: Crew): LooseCrew {
  const measures = Object.entries(workload).map(([entry, { measure }]) => {
    const items = measure && 'items' in measure ? measure.items : undefined;
    const checks = measure && 'checks' in measure ? measure.checks : undefined;
    return [entry, { measure: { items, checks } }] as const;
  });
  const servers = Object.entries(mcp_servers).map(([name, server]) => [
    name,
    { args: 'args' in server ? server.args : undefined },
  ]);
  return {
    ...{
      process,
      settings,
      agents: agents.map(looseAgent),
      tasks: tasks.map(looseTask),
      pools,
      workload: Object.fromEntries(measures),
    },
    ...{ tools, mcp_servers: Object.fromEntries(servers), knowledge },
  };
}

function looseAgent({ approve_tools, ...agent }: Crew['agents'][number]) {
  return Array.isArray(approve_tools) ? { ...agent, approve_tools } : agent;
}

function looseTask({ guardrail, guardrails, ...task }: Task): LooseTask {
  const { name, agent, agents, context, for_each, resources, output_file, tools = [], attachments } = task;
  const { when, choices, default_choice, call, crew, inputs, result, repeat } = task;
  return {
    ...{ name, agent, agents, context, for_each, resources, output_file, tools, attachments },
    ...{ when, choices, default_choice, call, crew, inputs, result, repeat },
    ...(Array.isArray(task.approve_tools) ? { approve_tools: task.approve_tools } : {}),
    ...(guardrail === undefined ? {} : { guardrail: { ...guardrail } }),
    ...(guardrails === undefined ? {} : { guardrails: guardrails.map((one) => ({ ...one })) }),
  };
}
