import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Crew, crewSchema } from '../../crew/schema.ts';
import { importCrewai } from '../crewai/import.ts';
import { isSourceObject, type SourceObject, type SourcePart, type SourceProject } from '../source.ts';
import { type ExportedProject, exportCrewai } from './export-crewai.ts';

/** Reads an exported project as the reader of files does. */
function projectOf({ files }: ExportedProject): SourceProject {
  const crew = files['crew.jsonc'] ?? {};
  const part = (name: string): SourcePart => {
    const path = `agents/${name}.jsonc`;
    return { name, path, values: files[path] ?? {} };
  };
  const manager = typeof crew['manager_agent'] === 'string' ? crew['manager_agent'] : null;
  const listed = Array.isArray(crew['agents']) ? crew['agents'].map(String) : [];
  const tasks = Array.isArray(crew['tasks']) ? crew['tasks'].filter(isSourceObject) : [];
  return {
    crew: { name: String(crew['name']), path: 'crew.jsonc', values: crew },
    agents: [...listed, ...(manager === null ? [] : [manager])].map(part),
    manager,
    tasks: tasks.map((values: SourceObject, index) => ({
      name: String(values['name']),
      path: `crew.jsonc: tasks[${index}]`,
      values,
    })),
    classes: new Map(),
    notRead: [],
  };
}

function roundTrip(crew: Crew): { crew: Crew; leftOut: string[] } {
  const exported = exportCrewai(crew);
  const imported = importCrewai(projectOf(exported));
  if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
  const { extras: _report, ...rest } = imported.crew;
  return { crew: rest, leftOut: exported.report.left_out.map(({ path, what }) => `${path}: ${what}`) };
}

const text = fc.string({ minLength: 1, maxLength: 30 }).filter((each) => each.trim() === each);
const optional = <T>(key: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((each) => (each === undefined ? {} : { [key]: each }));
const all = (...parts: fc.Arbitrary<object>[]) => fc.tuple(...parts).map((each) => Object.assign({}, ...each));

const anAgent = (index: number) =>
  all(
    fc.record({
      name: fc.constant(`agent_${index}`),
      role: text,
      goal: text,
      backstory: text,
      provider: fc.constantFrom('openai', 'anthropic', 'google', 'groq', 'together'),
      model: fc.constantFrom('large', 'meta/llama'),
    }),
    optional('temperature', fc.constantFrom(0, 0.5, 2)),
    optional('parameters', fc.constant({ top_p: 0.5, seed: 7 })),
    optional('max_iterations', fc.integer({ min: 1, max: 200 })),
    optional('max_rpm', fc.integer({ min: 1, max: 100 })),
    optional('allow_delegation', fc.boolean()),
    optional('verbose', fc.boolean()),
    optional('tools', fc.subarray(['web_search', 'file_reader', 'file_writer', 'query_data'], { minLength: 1 })),
  );

const aTask = (index: number, agents: number) =>
  all(
    fc.record({
      name: fc.constant(`task_${index}`),
      description: text,
      expected_output: text,
      agent: fc.integer({ min: 0, max: agents - 1 }).map((each) => `agent_${each}`),
      context: fc.subarray(Array.from({ length: index }, (_, before) => `task_${before}`)),
    }),
    optional('output_file', fc.constantFrom(`out/${index}.md`, `{topic}_${index}.md`)),
    optional('output_schema', fc.constant({ type: 'object', properties: { a: { type: 'string' } } })),
    optional('human_review', fc.constant('after')),
    optional('tools', fc.subarray(['web_search', 'file_reader'], { minLength: 1 })),
  );

/** Without -0, which no JSON file can express. */
const aJsonValue = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)));

const aCrew = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 6 }), fc.boolean())
  .chain(([agents, tasks, isHierarchical]) =>
    all(
      fc.record({
        agents: fc.tuple(...Array.from({ length: agents }, (_, index) => anAgent(index))),
        tasks: fc.tuple(...Array.from({ length: tasks }, (_, index) => aTask(index, agents))),
      }),
      optional('inputs', fc.dictionary(fc.constantFrom('topic', 'place'), aJsonValue, { minKeys: 1 })),
      optional('settings', fc.constant({ max_rpm: 30 })),
    ).map((parts: { agents?: object[] }) =>
      crewSchema.parse({
        format: 'crewlane/1',
        name: 'garden',
        ...parts,
        ...(isHierarchical ? { process: 'hierarchical' } : {}),
        agents: parts.agents?.map((agent, index) =>
          isHierarchical && index === 0 ? { ...agent, tools: [], manager: true, allow_delegation: true } : agent,
        ),
      }),
    ),
  );

describe('an exported crew', () => {
  it('An import of an export gives the same crew if CrewAI can express all of it.', () => {
    fc.assert(
      fc.property(aCrew, (crew) => {
        const result = roundTrip(crew);
        expect(result.leftOut).toEqual([]);
        expect(result.crew).toEqual(crew);
      }),
      { numRuns: 100 },
    );
  });

  it('Everything that CrewAI cannot express is listed by its path.', () => {
    const crew = crewSchema.parse({
      format: 'crewlane/1',
      name: 'garden',
      description: 'A garden',
      settings: { provider: 'openai', model: 'gpt-5', max_concurrent_tasks: 2, budget_usd: 3 },
      agents: [{ name: 'gardener', role: 'G', goal: 'G', tools: ['performance_monitor'], max_concurrent: 2 }],
      tools: [{ name: 'rank', description: 'R', script: 'rank.js' }],
      tasks: [
        {
          name: 'pick',
          description: 'D',
          expected_output: 'E',
          agent: 'gardener',
          choices: ['now', 'later'],
          tools: ['rank'],
        },
        {
          name: 'each',
          description: 'D',
          expected_output: 'E',
          agent: 'gardener',
          context: [{ task: 'pick', choice: 'now' }],
          for_each: { task: 'pick' },
          when: 'true',
          guardrails: [{ criteria: 'Kind' }, { criteria: 'Short' }],
        },
        { name: 'dig', description: 'D', expected_output: 'E', agent: 'gardener', async: true, priority: 5 },
        { name: 'sow', description: 'D', expected_output: 'E', agent: 'gardener', async: true, context: ['dig'] },
        { name: 'eat', description: 'D', expected_output: 'E', agent: 'gardener', guardrail: { check: 'json' } },
      ],
      pools: [{ name: 'spade', capacity: 1 }],
    });
    const { leftOut, crew: again } = roundTrip(crew);
    expect(leftOut.sort()).toEqual([
      'agent gardener: max_concurrent: 2',
      'agent gardener: tools[0]: performance_monitor',
      'description: A garden',
      'pools: [{"name":"spade","capacity":1}]',
      'settings: budget_usd: 3',
      'settings: max_concurrent_tasks: 2',
      'task dig: priority: 5',
      'task each: context[0]: {"task":"pick","choice":"now"}',
      'task each: for_each: {"task":"pick"}',
      'task each: when: true',
      'task eat: guardrail: {"check":"json"}',
      'task pick: choices: ["now","later"]',
      'task pick: tools[0]: rank',
      'task sow: async: true',
      'tools: [{"name":"rank","description":"R","script":"rank.js"}]',
    ]);
    expect(again.agents[0]).toMatchObject({ provider: 'openai', model: 'gpt-5' });
  });

  it('Tasks are in an order in which each context comes first.', () => {
    const task = (name: string, context: string[]) => ({
      name,
      description: 'D',
      expected_output: 'E',
      agent: 'a',
      context,
    });
    const crew = crewSchema.parse({
      format: 'crewlane/1',
      name: 'garden',
      agents: [{ name: 'a', role: 'G', goal: 'G', provider: 'openai', model: 'm' }],
      tasks: [task('last', ['first', 'middle']), task('first', []), task('middle', ['first'])],
    });
    const { tasks } = exportCrewai(crew).files['crew.jsonc'] ?? {};
    expect(Array.isArray(tasks) ? tasks.map((each) => isSourceObject(each) && each['name']) : []).toEqual([
      'first',
      'middle',
      'last',
    ]);
  });
});
