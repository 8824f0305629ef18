import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crewSchema } from '../../shared/crew/schema.ts';
import { serializeCrew } from '../../shared/crew/serialize.ts';
import { parseCrew } from './parse.ts';

const task = (more: object = {}) => ({ name: 'draft', description: 'd', expected_output: 'o', agent: 'ada', ...more });
const makeCrew = (more: object = {}) => ({
  format: 'crewlane/1',
  name: 'crew',
  agents: [{ name: 'ada', role: 'r', goal: 'g' }],
  tasks: [task()],
  ...more,
});

function problemsOf(json: object | string): string[] {
  const text = typeof json === 'string' ? json : JSON.stringify(json, null, 2);
  const parsed = parseCrew(text);
  return parsed.ok ? [] : parsed.problems.map(({ code, path, line, column }) => `${code} ${path} ${line}:${column}`);
}

describe('a crew file', () => {
  it('A minimal crew file has agents and tasks.', () => {
    const parsed = parseCrew(JSON.stringify(makeCrew()));
    expect(parsed).toMatchObject({
      ok: true,
      crew: { process: 'sequential', settings: { max_concurrent_tasks: 8, provider: 'rehearsal' } },
    });
  });

  it.each([
    [
      'a cycle',
      { tasks: [task({ context: ['b'] }), task({ name: 'b', context: ['draft'] })] },
      ['cycle tasks[0].context[0] 18:9'],
    ],
    [
      'every cycle, where there are several',
      {
        tasks: [
          task({ context: ['b'] }),
          task({ name: 'b', context: ['draft', 'd'] }),
          task({ name: 'c', context: ['d'] }),
          task({ name: 'd', context: ['c'] }),
        ],
      },
      ['cycle tasks[0].context[0] 18:9', 'cycle tasks[3].context[0] 46:9'],
    ],
    ['a task that waits for itself', { tasks: [task({ context: ['draft'] })] }, ['cycle tasks[0].context[0] 18:9']],
    [
      'a reference to nothing',
      { tasks: [task({ context: ['none'] })] },
      ['unknown_reference tasks[0].context[0] 18:9'],
    ],
    ['an agent that is none', { tasks: [task({ agent: 'bob' })] }, ['unknown_reference tasks[0].agent 16:16']],
    [
      'a duplicate name, also with other case',
      { tasks: [task({ name: 'ADA' })] },
      ['duplicate_name tasks[0].name 13:15'],
    ],
    [
      'no agent in a sequential crew',
      { tasks: [{ name: 'a', description: '', expected_output: '' }] },
      ['no_agent tasks[0] 12:5'],
    ],
    ['a hierarchical crew without a manager', { process: 'hierarchical' }, ['manager_count agents 4:13']],
    [
      'more units than the pool has',
      { pools: [{ name: 'db', capacity: 1 }], tasks: [task({ resources: [{ pool: 'db', units: 2 }] })] },
      ['pool_too_small tasks[0].resources[0].units 20:20'],
    ],
    [
      'an output file outside the workspace',
      { tasks: [task({ output_file: '../x' })] },
      ['outside_workspace tasks[0].output_file 17:22'],
    ],
    [
      'an output that would be written into .git, or over a crew file',
      {
        tasks: [
          task({ output_file: 'sub/.GIT/hooks/x' }),
          task({ name: 'b', output_file: 'other.Crew.JSON' }),
          task({ name: 'c', output_file: '.github/notes.crew.json.md' }),
        ],
      },
      ['protected_file tasks[0].output_file 17:22', 'protected_file tasks[1].output_file 24:22'],
    ],
    [
      'a judge with no name, once',
      { tasks: [task({ guardrail: { agent: 'no one', criteria: 'good' } })] },
      ['unknown_reference tasks[0].guardrail.agent 18:18'],
    ],
    ['a format that is missing', { format: undefined }, ['missing format 1:1']],
    [
      'a number out of range',
      { settings: { max_concurrent_tasks: 65 } },
      ['out_of_range settings.max_concurrent_tasks 20:29'],
    ],
    ['an unknown key', { tasks: [task({ asnyc: true })] }, ['unknown_key tasks[0].asnyc 17:7']],
    ['a budget of nothing', { settings: { budget_usd: 0 } }, ['out_of_range settings.budget_usd 20:19']],
    [
      'half a task at once',
      { settings: { max_concurrent_tasks: 1.5 } },
      ['wrong_type settings.max_concurrent_tasks 20:29'],
    ],
    ['a text for a number', { settings: { task_timeout_s: '5' } }, ['wrong_type settings.task_timeout_s 20:23']],
    ['an address that is none', { settings: { base_url: 'ftp://x' } }, ['invalid_value settings.base_url 20:17']],
    [
      'an address with a password',
      { settings: { base_url: 'http://ada:secret@127.0.0.1/v1' } },
      ['invalid_value settings.base_url 20:17'],
    ],
    [
      'a check that is none',
      { tasks: [task({ guardrail: { check: 'mood' } })] },
      ['invalid_value tasks[0].guardrail.check 18:18'],
    ],
    ['half a place', { layout: { nodes: { 'task:draft': [1] } } }, ['invalid_value layout.nodes.task:draft 21:21']],
    ['an empty reference', { tasks: [task({ agent: '' })] }, ['invalid_value tasks[0].agent 16:16']],
    [
      'a pattern that is none',
      { tasks: [task({ guardrail: { check: 'regex', pattern: '(' } })] },
      ['invalid_value tasks[0].guardrail.pattern 19:20'],
    ],
    [
      'a measure that is none',
      { workload: { a: { declared: 1, measure: { rows: 'x' } } } },
      ['invalid_value workload.a.measure 22:18'],
    ],
    [
      'a missing key',
      { tasks: [{ name: 'a', agent: 'ada', expected_output: 'o' }] },
      ['missing tasks[0].description 12:5'],
    ],
    ['a name that is none', { name: '1 crew' }, ['invalid_name name 3:11']],
    ['a newer format', { format: 'crewlane/2' }, ['newer_format format 2:13']],
    ['an unknown tool', { tasks: [task({ tools: ['rm'] })] }, ['unknown_tool tasks[0].tools[0] 18:9']],
  ])('A crew file with %s is refused with the location.', (_what, more, expected) => {
    expect(problemsOf(makeCrew(more))).toEqual(expected);
  });

  it('Invalid JSON is refused with line and column.', () => {
    expect(problemsOf('{\n  "format": "crewlane/1",\n  "name": }\n}')).toEqual(['not_json  3:11']);
    expect(problemsOf('')).toEqual(['not_json  1:1']);
    expect(problemsOf('// a comment\n{}')[0]).toMatch(/^not_json {2}1:1/);
  });

  it('A duplicate key and nesting over 100 levels are refused.', () => {
    expect(problemsOf('{"format": "crewlane/1", "name": "a", "name": "b"}')).toEqual(['duplicate_key name 1:39']);
    expect(problemsOf('['.repeat(200_000))).toEqual(['too_deep  1:101']);
  });

  it('__proto__ is reported as an unknown key', () => {
    const text = '{"format": "crewlane/1", "name": "a", "__proto__": {"tasks": 1}}';
    expect(problemsOf(text)).toEqual(['unknown_key __proto__ 1:39']);
  });

  it('A value of no allowed form is refused with the list of forms.', () => {
    const parsed = parseCrew(JSON.stringify(makeCrew({ workload: { a: { declared: 1, measure: { rows: 'x' } } } })));
    expect(parsed.problems[0]?.message).toContain('"rows_of", "files_written", "items", "checks", "completed"');
  });

  it('An invalid value is refused with the list of values.', () => {
    const parsed = parseCrew(
      JSON.stringify(makeCrew({ tasks: [task({ guardrail: { check: 'mood' } })], process: 'all' })),
    );
    const messages = parsed.problems.map(({ message }) => message);
    expect(messages).toContain('"check" must be one of "length", "regex", "json", "language", "cites", "expression".');
    expect(messages).toContain('"process" must be one of "sequential", "hierarchical", "consensual".');
  });

  it('A duplicate key is reported with the line of the first one.', () => {
    const parsed = parseCrew('{\n  "name": "a",\n  "format": "crewlane/1",\n  "name": "b"\n}');
    expect(parsed.problems.map(({ message }) => message)).toEqual([expect.stringContaining('first on line 2')]);
  });

  it('All problems are reported at once.', () => {
    const found = problemsOf(
      makeCrew({ colour: 'red', settings: { task_timeout_s: 0 }, tasks: [task({ context: ['x'], nope: 1 })] }),
    );
    expect(found.map((problem) => problem.split(' ')[0]).sort()).toEqual([
      'out_of_range',
      'unknown_key',
      'unknown_key',
      'unknown_reference',
    ]);
  });

  it('a cycle among ten thousand tasks is found', () => {
    const tasks = Array.from({ length: 10_000 }, (_, index) =>
      task({ name: `t${index}`, context: [`t${(index + 1) % 10_000}`] }),
    );
    expect(problemsOf(makeCrew({ tasks }))).toHaveLength(1);
  });
});

describe('a saved crew', () => {
  it('A saved crew omits defaults and preserves extras.', () => {
    const json = makeCrew({ extras: { z: [1, { a: null }], a: true } });
    expect(serializeCrew(crewSchema.parse(json))).toBe(`${JSON.stringify(json, null, 2)}\n`);
  });

  const name = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,20}$/);
  const text = fc.string({ unit: 'grapheme' });
  const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
  const seconds = fc.double({ min: 0.1, max: 3_600, noNaN: true });
  const settings = fc.record({
    max_concurrent_tasks: fc.integer({ min: 1, max: 64 }),
    task_timeout_s: seconds,
    temperature: maybe(fc.double({ min: 0, max: 2, noNaN: true })),
    cache: fc.constantFrom('off', 'read', 'read_write'),
    retries: maybe(fc.record({ max: fc.integer({ min: 0, max: 20 }) })),
  });
  const guardrail = fc.oneof(
    fc.record({
      check: fc.constant('length'),
      max: fc.integer({ min: 1, max: 9 }),
      tries: fc.integer({ min: 0, max: 20 }),
    }),
    fc.record({ check: fc.constant('language'), language: fc.constant('fr') }),
  );
  const tasks = fc.uniqueArray(
    fc.record({
      name,
      title: maybe(text),
      description: text,
      expected_output: text,
      async: fc.boolean(),
      priority: fc.integer({ min: -100, max: 100 }),
      estimate_s: maybe(seconds),
      guardrail: maybe(guardrail),
    }),
    { selector: (one) => one.name.toLowerCase(), maxLength: 8 },
  );
  const position = fc.tuple(fc.integer(), fc.integer());
  const crew = fc.record({
    format: fc.constant('crewlane/1'),
    name,
    description: maybe(text),
    process: fc.constant('consensual'),
    settings: maybe(settings),
    tasks,
    inputs: maybe(fc.dictionary(name, text)),
    layout: maybe(fc.record({ nodes: fc.dictionary(name, position) })),
    extras: maybe(fc.dictionary(name, fc.jsonValue())),
  });

  it('Any crew reads back unchanged and is saved again as the same bytes.', () => {
    fc.assert(
      fc.property(crew, (given) => {
        const makeCrew = crewSchema.parse(JSON.parse(JSON.stringify(given)));
        const saved = serializeCrew(makeCrew);
        const read = parseCrew(saved);
        expect(read).toEqual({ ok: true, crew: makeCrew, problems: [] });
        expect(read.ok && serializeCrew(read.crew)).toBe(saved);
      }),
    );
  });

  it('Any text that is not a crew is refused without an exception.', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.json()), (given) => {
        expect(parseCrew(given)).toMatchObject({ ok: false });
      }),
    );
  });
});

describe('an unfinished crew', () => {
  it.each<[string, object]>([
    ['a task without an agent', { tasks: [task({ agent: undefined })] }],
    ['no manager', { process: 'hierarchical' }],
    [
      'a pool that is too small',
      { pools: [{ name: 'p', capacity: 1 }], tasks: [task({ resources: [{ pool: 'p', units: 2 }] })] },
    ],
    ['an output file outside the workspace', { tasks: [task({ output_file: '../note.md' })] }],
    ['a protected output file', { tasks: [task({ output_file: '.git/config' })] }],
  ])('an unfinished crew with %s can be opened and saved, but not run', (_, more) => {
    const text = JSON.stringify(makeCrew(more));
    expect(parseCrew(text)).toMatchObject({ ok: false });
    const opened = parseCrew(text, 'unfinished');
    expect(opened).toMatchObject({ ok: true });
    expect(opened.ok && parseCrew(serializeCrew(opened.crew), 'unfinished')).toMatchObject({ ok: true });
  });

  it.each<[string, object]>([
    ['a reference to nothing', { tasks: [task({ context: ['none'] })] }],
    ['a duplicate name', { tasks: [task(), task()] }],
    ['a wrong value', { tasks: [task({ agent: undefined, timeout_s: -1 })] }],
  ])('a crew with %s is refused everywhere', (_, more) => {
    expect(parseCrew(JSON.stringify(makeCrew(more)), 'unfinished')).toMatchObject({ ok: false });
  });
});
