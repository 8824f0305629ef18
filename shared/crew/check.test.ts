import { describe, expect, it } from 'vitest';
import { checkCrew, checkRunnable, findProblems } from './check.ts';
import { wouldCycle } from './cycle.ts';
import { looseCrew } from './loose.ts';
import { rename } from './rename.ts';
import { type Crew, crewSchema } from './schema.ts';
import { categoryOf, titleOf } from './titles.ts';
import { unplaced } from './unlocated-problem.ts';

const task = (name: string, more: object = {}) => ({
  name,
  description: '',
  expected_output: '',
  agent: 'ada',
  ...more,
});

function makeCrew(more: object = {}): Crew {
  const agents = [{ name: 'ada', role: '', goal: '' }];
  return crewSchema.parse({ format: 'crewlane/1', name: 'crew', agents, ...more });
}

const found = (crew: Crew) => checkCrew(crew).map(({ code, path }) => `${code} ${path}`);

describe('checks of a crew in the window', () => {
  it('a crew without a file has the same problems as its file, without a line', () => {
    const crew = makeCrew({ tasks: [task('a', { context: ['b'] }), task('b', { context: ['a'] })] });
    const [problem] = checkCrew(crew);
    expect(problem).toMatchObject({ code: 'cycle', path: 'tasks[0].context[0]', line: 0, column: 0 });
    expect(problem?.message).toContain('a → b → a');
  });

  it('a guardrail with an impossible length or an unknown language is a problem', () => {
    const guarded = (name: string, guardrail: object) => task(name, { guardrail });
    const tasks = [
      guarded('a', { check: 'length', min: 9, max: 3 }),
      guarded('b', { check: 'language', language: 'German' }),
      guarded('c', { check: 'language', language: 'de-CH' }),
      guarded('d', { check: 'language', language: 'deu' }),
      guarded('e', { check: 'length', min: 9 }),
    ];
    expect(found(makeCrew({ tasks }))).toEqual([
      'out_of_range tasks[0].guardrail.max',
      'unknown_language tasks[1].guardrail.language',
    ]);
  });

  it('a crew is checked by every rule that applies to its file', () => {
    const crew = makeCrew({
      process: 'hierarchical',
      agents: [{ name: 'ada', role: '', goal: '', tools: ['abacus'] }],
      pools: [{ name: 'db', capacity: 1 }],
      tasks: [
        task('a', { agent: 'bo', context: ['nobody', 'b'], resources: [{ pool: 'db', units: 2 }], tools: ['saw'] }),
        task('b', { agents: ['cy'], context: ['a'], resources: [{ pool: 'web', units: 1 }], output_file: '../b.md' }),
        task('A', { guardrail: { agent: 'dee', criteria: 'It is good' } }),
        task('c', { guardrail: { check: 'json' } }),
      ],
      workload: {
        rows: { declared: 1, unit: 'rows', measure: { items: { task: 'gone', path: 'x' } } },
        checks: { declared: 1, unit: 'checks', measure: { checks: 'gone too' } },
        files: { declared: 1, unit: 'files', measure: { files_written: '*.md' } },
        said: { declared: 1, unit: 'words' },
      },
    });
    const inFile = findProblems(looseCrew(crew)).map(unplaced);
    expect(inFile.length).toBeGreaterThan(10);
    expect(checkCrew(crew)).toEqual(inFile);
  });

  it('an empty crew is valid, but there is nothing to run', () => {
    expect(checkCrew(makeCrew())).toEqual([]);
    expect(checkRunnable(makeCrew()).map(({ code }) => code)).toEqual(['nothing_to_run']);
    expect(checkRunnable(makeCrew({ tasks: [task('a')] }))).toEqual([]);
  });

  it('a hierarchical crew may have tasks without an agent, and has exactly one manager', () => {
    const tasks = [task('a', { agent: undefined })];
    const boss = (name: string) => ({ name, role: '', goal: '', manager: true });
    const of = (...agents: object[]) => found(makeCrew({ process: 'hierarchical', tasks, agents }));
    expect(of(boss('bo'))).toEqual([]);
    expect(of(boss('bo'), boss('cy'))).toEqual(['manager_count agents[1].manager']);
    expect(of()).toEqual(['manager_count agents']);
  });

  it('a pool must have enough units for each task that uses it', () => {
    const resources = [
      { pool: 'db', units: 2 },
      { pool: 'db', units: 2 },
    ];
    const of = (capacity: number) =>
      found(makeCrew({ pools: [{ name: 'db', capacity }], tasks: [task('a', { resources })] }));
    expect(of(4)).toEqual([]);
    expect(of(3)).toContain('pool_too_small tasks[0].resources[0].units');
    expect(found(makeCrew({ tasks: [task('a', { resources: [{ pool: 'none' }] })] }))).toEqual([
      'unknown_reference tasks[0].resources[0].pool',
    ]);
  });

  it.each(['/etc/x', '..', 'a/../../x', 'C:\\x', '\\\\host\\x', 'a\\..\\x'])(
    'does not write its results to %s',
    (path) => {
      expect(found(makeCrew({ tasks: [task('a', { output_file: path })] }))).toEqual([
        'outside_workspace tasks[0].output_file',
      ]);
    },
  );

  it('an output file must be below the workspace; its name may contain two dots', () => {
    expect(found(makeCrew({ tasks: [task('a', { output_file: 'out/v1..v2.md' })] }))).toEqual([]);
  });

  it('references of guardrails and of the workload must exist', () => {
    const workload = {
      checks: { declared: 1, measure: { checks: 'none' } },
      items: { declared: 1, measure: { items: { task: 'gone', path: 'a' } } },
    };
    const tasks = [task('a', { guardrail: { agent: 'eve', criteria: 'short' } })];
    expect(found(makeCrew({ tasks, workload }))).toEqual([
      'unknown_reference tasks[0].guardrail.agent',
      'unknown_reference workload.checks.measure.checks',
      'unknown_reference workload.items.measure.items.task',
    ]);
  });

  it('names that differ only in their Unicode form are duplicates', () => {
    const composed = 'caf\u00e9';
    const decomposed = 'cafe\u0301';
    const crew = makeCrew({ tasks: [task(composed), task('b', { context: [decomposed] })] });
    expect(found(crew)).toEqual([]);
    expect(crew.tasks[1]?.context).toEqual([composed]);
    expect(found(makeCrew({ tasks: [task(composed), task(decomposed)] }))).toEqual(['duplicate_name tasks[1].name']);
  });
});

describe('a new dependency', () => {
  const crew = makeCrew({
    tasks: [task('a'), task('b', { context: ['a'] }), task('c', { context: ['b'] }), task('d')],
  });

  it('a dependency that would close a cycle is refused, and the cycle is named', () => {
    expect(wouldCycle(crew, 'c', 'a')).toEqual(['a', 'c', 'b']);
    expect(wouldCycle(crew, 'a', 'a')).toEqual(['a']);
  });

  it('a dependency that closes no cycle is accepted', () => {
    expect(wouldCycle(crew, 'a', 'c')).toBeNull();
    expect(wouldCycle(crew, 'd', 'a')).toBeNull();
  });
});

describe('renaming', () => {
  const crew = makeCrew({
    agents: [
      { name: 'ada', role: '', goal: '' },
      { name: 'bob', role: '', goal: '' },
    ],
    process: 'consensual',
    pools: [{ name: 'db', capacity: 2 }],
    tasks: [
      task('a', { agents: ['ada', 'bob'], guardrail: { agent: 'ada', criteria: 'c' } }),
      task('b', { context: ['a'], resources: [{ pool: 'db' }] }),
    ],
    workload: {
      checks: { declared: 1, measure: { checks: 'a' } },
      items: { declared: 1, measure: { items: { task: 'a', path: 'x' } } },
    },
    layout: {
      nodes: { 'task:a': [1, 2], 'agent:ada': [3, 4] },
      groups: [{ title: 'g', nodes: ['task:a', 'agent:ada'] }],
    },
  });

  it.each([
    ['agent', 'ada'],
    ['task', 'a'],
    ['pool', 'db'],
  ] as const)('of a %s renames every reference to it, and back gives the same crew', (kind, from) => {
    const renamed = rename(crew, kind, from, 'other');
    expect(checkCrew(renamed)).toEqual([]);
    expect(JSON.stringify(renamed)).not.toMatch(new RegExp(`"((task|agent):)?${from}"(?!:)`));
    expect(rename(renamed, kind, 'other', from)).toEqual(crew);
  });
});

describe('display names', () => {
  it('a task is displayed by its title, else by its name in words', () => {
    expect(titleOf({ name: 'market_trend-analysis' })).toBe('Market Trend Analysis');
    expect(titleOf({ name: 'a', title: 'Market' })).toBe('Market');
  });

  it('a task counts toward its category, else its assigned agent, else its own agent', () => {
    expect(categoryOf({ category: 'Analysis', agent: 'ada' }, 'bob')).toBe('Analysis');
    expect(categoryOf({ agent: 'ada' }, 'bob')).toBe('bob');
    expect(categoryOf({ agent: 'ada' })).toBe('ada');
    expect(categoryOf({})).toBe('Unassigned');
  });
});
