import { describe, expect, it } from 'vitest';
import { checkRunnable } from '../../crew/check.ts';
import { contextOf } from '../../crew/context.ts';
import type { Crew } from '../../crew/schema.ts';
import type { ConversionReport } from '../report.ts';
import { Code, type SourceObject, type SourceProject } from '../source.ts';
import { importCrewai } from './import.ts';

const AGENT = { role: 'Gardener', goal: 'Grow food', backstory: 'Patient.', llm: 'openai/gpt-5-mini' };

interface Parts {
  crew?: SourceObject;
  agents?: Readonly<Record<string, SourceObject>>;
  tasks?: readonly SourceObject[];
  manager?: string;
  classes?: SourceProject['classes'];
}

function projectOf({ crew = {}, agents = { gardener: AGENT }, tasks = [], manager, classes }: Parts): SourceProject {
  return {
    crew: { name: String(crew['name'] ?? 'garden'), path: 'crew.jsonc', values: crew },
    agents: Object.entries(agents).map(([name, values]) => ({ name, path: `agents/${name}.jsonc`, values })),
    manager: manager ?? null,
    tasks: tasks.map((values, index) => ({
      name: String(values['name'] ?? ''),
      path: `crew.jsonc: tasks[${index}]`,
      values,
    })),
    classes: classes ?? new Map(),
    notRead: [],
  };
}

function task(name: string, more: SourceObject = {}): SourceObject {
  return { name, description: `Do ${name}.`, expected_output: 'A note', agent: 'gardener', ...more };
}

function imported(parts: Parts): { crew: Crew; report: ConversionReport } {
  const result = importCrewai(projectOf(parts));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

function contexts(...tasks: SourceObject[]): Record<string, string[]> {
  return Object.fromEntries(imported({ tasks }).crew.tasks.map((task) => [task.name, [...contextOf(task)]]));
}

describe('the context of an imported task', () => {
  it('A task without context depends on all tasks before it, and each edge is listed.', () => {
    const { crew, report } = imported({ tasks: [task('dig'), task('sow'), task('water')] });
    expect(crew.tasks.map(({ context }) => context)).toEqual([[], ['dig'], ['dig', 'sow']]);
    expect(report.taken.filter(({ path }) => path.endsWith('.context'))).toEqual([
      { path: 'crew.jsonc: tasks[1].context', what: 'implied: dig. CrewAI passes earlier results on' },
      { path: 'crew.jsonc: tasks[2].context', what: 'implied: dig, sow. CrewAI passes earlier results on' },
    ]);
  });

  it('An empty list and null mean that a task depends on nothing.', () => {
    expect(contexts(task('dig'), task('sow', { context: [] }), task('water', { context: null }))).toEqual({
      dig: [],
      sow: [],
      water: [],
    });
  });

  it('A list stays as it is, without tasks that do not exist and without the task itself.', () => {
    const tasks = [task('dig'), task('sow', { context: ['dig', 'nobody', 'sow', 'dig'] })];
    const { crew, report } = imported({ tasks });
    expect(crew.tasks[1]?.context).toEqual(['dig']);
    expect(report.left_out.map(({ path, what }) => `${path} ${what}`)).toEqual([
      'crew.jsonc: tasks[1].context[1] nobody',
      'crew.jsonc: tasks[1].context[2] sow',
    ]);
  });

  it('Asynchronous tasks without context run next to each other, after the last other task before them.', () => {
    const asynchronous = { async_execution: true };
    expect(contexts(task('dig'), task('sow', asynchronous), task('water', asynchronous), task('harvest'))).toEqual({
      dig: [],
      sow: ['dig'],
      water: ['dig'],
      harvest: ['dig', 'sow', 'water'],
    });
  });
});

describe('the names of an imported crew', () => {
  it('Names that a crew file cannot contain are replaced, and references follow.', () => {
    const { crew, report } = imported({
      crew: { name: 'Kitchen garden: 2026!' },
      agents: { 'head gardener': AGENT, Head_Gardener: AGENT },
      tasks: [
        task('dig the bed', { agent: 'head gardener' }),
        task('', { agent: 'Head_Gardener', context: ['dig the bed'] }),
        task('🌱', { agent: 'Head_Gardener' }),
      ],
    });
    expect(crew.name).toBe('Kitchen_garden_2026');
    expect(crew.agents.map(({ name }) => name)).toEqual(['head_gardener', 'Head_Gardener_2']);
    expect(crew.tasks.map(({ name, agent, context }) => [name, agent, context])).toEqual([
      ['dig_the_bed', 'head_gardener', []],
      ['task_2', 'Head_Gardener_2', ['dig_the_bed']],
      ['task', 'Head_Gardener_2', ['dig_the_bed', 'task_2']],
    ]);
    expect(report.taken).toContainEqual({ path: 'crew.jsonc: tasks[0]', what: 'name dig the bed → dig_the_bed' });
    expect(checkRunnable(crew)).toEqual([]);
  });

  it('An agent and a task with one name get different names.', () => {
    const { crew } = imported({ tasks: [task('gardener')] });
    expect(crew.tasks[0]).toMatchObject({ name: 'gardener_2', agent: 'gardener' });
  });
});

describe('files of imported tasks', () => {
  it('Paths in input_files become attachments.', () => {
    const tasks = [task('a', { input_files: { plan: 'plan.pdf' } }), task('b', { input_files: ['map.png'] })];
    const { crew } = imported({ tasks });
    expect(crew.tasks.map(({ attachments }) => attachments)).toEqual([['plan.pdf'], ['map.png']]);
  });

  it('Files that are not named by a path are listed.', () => {
    const { crew, report } = imported({ tasks: [task('a', { input_files: [new Code('load_plan()', null)] })] });
    expect(crew.tasks[0]?.attachments).toEqual([]);
    expect(report.left_out).toMatchObject([{ instead: 'Add the files to "attachments".' }]);
  });
});

describe('servers and knowledge of an imported crew', () => {
  const stdio = { command: 'npx', args: ['-y', '@acme/soil-server'], env: { SOIL_TOKEN: 'secret-value' } };

  it('Servers of agents become servers of the crew, and their tools tools of the agents, without any key.', () => {
    const mcps = [
      'https://weather.example/mcp?api_key=secret-value#forecast',
      stdio,
      new Code('MCPServerHTTP(url="https://weather.example/mcp", headers={"Authorization": "Bearer x"})', {
        name: 'MCPServerHTTP',
        positional: [],
        named: { url: 'https://weather.example/mcp', headers: { Authorization: 'Bearer secret-value' } },
      }),
      'crewai-amp:research',
    ];
    const { crew, report } = imported({
      agents: { gardener: { ...AGENT, tools: ['SerperDevTool'], mcps }, helper: { ...AGENT, mcps: [stdio] } },
      tasks: [task('dig')],
    });
    expect(crew.mcp_servers).toMatchObject({
      weather_example: { url: 'https://weather.example/mcp' },
      'soil-server': { command: 'npx', args: ['-y', '@acme/soil-server'], env_keys: ['SOIL_TOKEN'] },
    });
    expect(crew.agents.map(({ tools }) => tools)).toEqual([
      ['web_search', 'weather_example__forecast', 'soil-server__*', 'weather_example__*'],
      ['soil-server__*'],
    ]);
    expect(report.left_out.map(({ what }) => what)).toEqual([
      'the query of the address',
      'the value of SOIL_TOKEN',
      'the value of the header Authorization',
      'crewai-amp:research',
      'the value of SOIL_TOKEN',
    ]);
    expect(JSON.stringify(crew)).not.toContain('secret-value');
    expect(checkRunnable(crew)).toEqual([]);
  });

  it('Only chosen tools of a server are given to an agent.', () => {
    const mcps = [{ ...stdio, tool_filter: ['probe', 'rain'] }];
    const { crew } = imported({ agents: { gardener: { ...AGENT, mcps } }, tasks: [task('dig')] });
    expect(crew.agents[0]?.tools).toEqual(['soil-server__probe', 'soil-server__rain']);
  });

  it('Knowledge in files is kept, for the crew or for one agent, and texts are listed.', () => {
    const pdf = new Code('PDFKnowledgeSource(file_paths=["beds.pdf"])', {
      name: 'PDFKnowledgeSource',
      positional: [],
      named: { file_paths: ['beds.pdf'] },
    });
    const { crew, report } = imported({
      crew: { knowledge_sources: [pdf, { content: 'Water daily.' }] },
      agents: { gardener: { ...AGENT, knowledge_sources: [{ file_path: 'knowledge/soil.txt' }] } },
      tasks: [task('dig')],
    });
    expect(crew.knowledge).toEqual([
      { path: 'knowledge/beds.pdf' },
      { path: 'knowledge/soil.txt', agents: ['gardener'] },
    ]);
    expect(report.left_out.map(({ what }) => what)).toEqual(['{"content":"Water daily."}']);
  });
});

describe('the keys of imported agents', () => {
  const agentWith = (values: SourceObject) => {
    const { crew, report } = imported({ agents: { gardener: { ...AGENT, ...values } }, tasks: [task('dig')] });
    return { agent: crew.agents[0], task: crew.tasks[0], settings: crew.settings, report };
  };

  it('Settings take precedence over the keys of the agent.', () => {
    const { agent } = agentWith({ max_iter: 3, settings: { max_iter: 7, verbose: true, allow_delegation: true } });
    expect(agent).toMatchObject({ max_iterations: 7, verbose: true, allow_delegation: true });
  });

  it('Limits of time and retries become keys of the tasks.', () => {
    const { task } = agentWith({ max_execution_time: 90, max_retry_limit: 4 });
    expect(task).toMatchObject({ timeout_s: 90, retries: { max: 4 } });
  });

  it('A model is split into provider and name, and its parameters are kept without the key.', () => {
    const llm = {
      model: 'gemini/gemini-3-pro',
      temperature: 0.2,
      top_p: 0.9,
      api_key: 'secret-value',
      max_tokens: null,
    };
    const { agent, report } = agentWith({ llm });
    expect(agent).toMatchObject({
      provider: 'google',
      model: 'gemini-3-pro',
      temperature: 0.2,
      parameters: { top_p: 0.9 },
    });
    expect(report.left_out.map(({ path }) => path)).toEqual(['agents/gardener.jsonc: llm.api_key']);
    expect(JSON.stringify(report)).not.toContain('secret-value');
  });

  it.each([
    ['gpt-5-mini', { provider: 'openai', model: 'gpt-5-mini' }],
    ['claude-sonnet-5', { provider: 'anthropic', model: 'claude-sonnet-5' }],
    ['ollama_chat/llama3.1', { provider: 'ollama', model: 'llama3.1' }],
    [
      { model: 'ollama/llama3.1', base_url: 'http://localhost:11434' },
      { provider: 'ollama', model: 'llama3.1', base_url: 'http://localhost:11434/v1' },
    ],
    [
      { model: 'openai/local', base_url: 'http://127.0.0.1:9000/v1' },
      { provider: 'openai_compatible', model: 'local', base_url: 'http://127.0.0.1:9000/v1' },
    ],
    [
      new Code('LLM(model="groq/llama-4", seed=7)', {
        name: 'LLM',
        positional: [],
        named: { model: 'groq/llama-4', seed: 7 },
      }),
      { provider: 'groq', model: 'llama-4', parameters: { seed: 7 } },
    ],
  ] as const)('The model %j is understood.', (llm, expected) => {
    expect(agentWith({ llm: llm as SourceObject[string] }).agent).toMatchObject(expected);
  });

  it('A provider that Crewlane does not know is left out, and the crew gets the model that CrewAI would call.', () => {
    const { agent, settings, report } = agentWith({ llm: 'bedrock/anthropic.claude' });
    expect(agent?.model).toBeUndefined();
    expect(settings).toMatchObject({ provider: 'openai', model: 'gpt-4.1-mini' });
    expect(report.left_out).toMatchObject([{ path: 'agents/gardener.jsonc: llm', what: 'bedrock/anthropic.claude' }]);
  });

  it.each(['SerperDevTool', 'SerperDev', 'serper_dev', 'crewai_tools:SerperDevTool', 'TavilySearchTool'])(
    'The tool %s becomes web_search.',
    (tool) => {
      expect(agentWith({ tools: [tool] }).agent?.tools).toEqual(['web_search']);
    },
  );

  it('Tools in other forms are understood, each tool is added once, and options are listed.', () => {
    const { agent, report } = agentWith({
      tools: [
        { tool_type: 'crewai_tools.tools.file_read_tool.file_read_tool.FileReadTool', file_path: 'a.txt' },
        new Code('FileReadTool()', { name: 'FileReadTool', positional: [], named: {} }),
        'custom:soil_probe',
        'GithubSearchTool',
        42,
      ],
    });
    expect(agent?.tools).toEqual(['file_reader']);
    expect(report.left_out.map(({ path, what }) => `${path} ${what}`)).toEqual([
      'agents/gardener.jsonc: tools[0] options of FileReadTool: {"file_path":"a.txt"}',
      'agents/gardener.jsonc: tools[2] custom:soil_probe',
      'agents/gardener.jsonc: tools[3] GithubSearchTool',
      'agents/gardener.jsonc: tools[4] 42',
    ]);
  });

  it('An agent that loses all of its tools is listed.', () => {
    const { report } = agentWith({ tools: ['custom:soil_probe'] });
    expect(report.left_out.map(({ what }) => what)).toEqual(['custom:soil_probe', 'every tool']);
  });

  it('Keys that are switched off are not listed, and unknown keys are.', () => {
    const { report } = agentWith({
      memory: false,
      reasoning: null,
      knowledge_sources: [],
      planning: true,
      green_thumb: 1,
    });
    expect(report.left_out.map(({ what }) => what)).toEqual(['planning: true', 'green_thumb: 1']);
  });
});

describe('the keys of imported tasks', () => {
  const taskWith = (values: SourceObject, classes?: SourceProject['classes']) => {
    const { crew, report } = imported({ tasks: [task('dig', values)], ...(classes ? { classes } : {}) });
    return { task: crew.tasks[0], report };
  };

  it('A guardrail in words is judged by the model of the task, as often as CrewAI would.', () => {
    expect(taskWith({ guardrail: 'It names three beds' }).task?.guardrail).toEqual({
      criteria: 'It names three beds',
      tries: 3,
      on_failure: 'fail',
    });
    expect(taskWith({ guardrail: 'Short', guardrail_max_retries: 1 }).task?.guardrail).toMatchObject({ tries: 1 });
  });

  it('Several guardrails keep their order, those in code are left out, and the list takes precedence.', () => {
    const list = ['It names three beds', { python: 'checks.is_short' }, 'It is kind'];
    const { task, report } = taskWith({ guardrail: 'Short', guardrails: list, guardrail_max_retries: 1 });
    expect(task?.guardrail).toBeUndefined();
    expect(task?.guardrails).toMatchObject([
      { criteria: 'It names three beds', tries: 1 },
      { criteria: 'It is kind', tries: 1 },
    ]);
    expect(report.left_out.map(({ what }) => what)).toEqual(['guardrail: {"python":"checks.is_short"}']);
  });

  it('A guardrail in code is left out.', () => {
    const { task, report } = taskWith({ guardrail: { python: 'checks.is_short' } });
    expect(task?.guardrail).toBeUndefined();
    expect(report.left_out[0]?.what).toBe('guardrail: {"python":"checks.is_short"}');
  });

  it('A class of the project becomes output_schema if it could be read.', () => {
    const schema = { type: 'object', properties: { beds: { type: 'integer' } }, required: ['beds'] };
    const classes: SourceProject['classes'] = new Map([
      ['Plan', { ok: true, schema }],
      ['Other', { ok: false, why: 'Its field "x" has a validator.' }],
    ]);
    expect(taskWith({ output_pydantic: { python: 'models.Plan' } }, classes).task?.output_schema).toEqual(schema);
    expect(taskWith({ output_json: { python: 'models.Other' } }, classes).report.left_out[0]?.why).toContain(
      'validator',
    );
    expect(taskWith({ output_json: schema }).task?.output_schema).toEqual(schema);
    expect(taskWith({ output_json: { type: 'wrong' } }).task?.output_schema).toBeUndefined();
  });

  it('Values that break a rule of the crew file are removed and listed with the rule.', () => {
    const { crew, report } = imported({
      agents: { gardener: { ...AGENT, max_iter: 9999, max_rpm: -1 } },
      tasks: [task('dig', { output_file: 'beds/../../plan.md' }), task('sow', { output_file: '/beds/plan.md' })],
    });
    expect(crew.agents[0]).toMatchObject({ max_iterations: 20 });
    expect(crew.tasks.map(({ output_file }) => output_file)).toEqual([undefined, 'beds/plan.md']);
    expect(report.left_out.map(({ path }) => path).sort()).toEqual([
      'agents[0].max_iterations',
      'agents[0].max_rpm',
      'tasks[0].output_file',
    ]);
    expect(checkRunnable(crew)).toEqual([]);
  });

  it('A cycle of contexts loses the edge that closes it.', () => {
    const { crew, report } = imported({
      tasks: [task('dig', { context: ['sow'] }), task('sow', { context: ['dig'] })],
    });
    expect(crew.tasks.flatMap(({ context }) => context)).toHaveLength(1);
    expect(report.left_out[0]?.why).toContain('Dependency cycle');
  });

  it('A conditional task always runs, which is listed.', () => {
    const { report } = taskWith({ type: 'ConditionalTask', condition: { python: 'rules.is_dry' } });
    expect(report.left_out.map(({ instead }) => instead)).toContain(
      'Add a condition to the task. Without one it always runs.',
    );
  });
});

describe('the manager of an imported crew', () => {
  const crew = { process: 'hierarchical' };

  it('The agent that the crew names becomes the manager, first in the list.', () => {
    const result = imported({
      crew: { ...crew, manager_agent: 'boss' },
      agents: { gardener: AGENT, boss: { ...AGENT, role: 'Boss' } },
      manager: 'boss',
      tasks: [{ name: 'dig', description: 'Dig.', expected_output: 'A bed' }],
    });
    expect(result.crew.agents.map(({ name, manager }) => [name, manager])).toEqual([
      ['boss', true],
      ['gardener', false],
    ]);
    expect(checkRunnable(result.crew)).toEqual([]);
  });

  it('A manager is added for manager_llm.', () => {
    const result = imported({ crew: { ...crew, manager_llm: 'openai/gpt-5' }, tasks: [task('dig')] });
    expect(result.crew.agents[0]).toMatchObject({ name: 'manager', manager: true, provider: 'openai', model: 'gpt-5' });
  });

  it('A manager of a sequential crew is left out.', () => {
    const result = imported({ agents: { gardener: AGENT, boss: AGENT }, manager: 'boss', tasks: [task('dig')] });
    expect(result.crew.agents.map(({ name }) => name)).toEqual(['gardener']);
    expect(result.report.left_out.map(({ path }) => path)).toEqual(['crew.jsonc: manager_agent']);
  });
});
