import { describe, expect, test } from 'vitest';
import { checkFilledFiles, checkGuardedFiles, checkWarnings } from './check-filled.ts';
import { fillPlaceholders } from './placeholders.ts';
import { type Crew, crewSchema } from './schema.ts';

function makeCrew(tasks: object[], more: object = {}): Crew {
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    agents: [{ name: 'ada', role: 'Worker', goal: 'Answer' }],
    tasks: tasks.map((task, index) => ({
      name: `t${index}`,
      description: 'Work',
      expected_output: 'An answer',
      agent: 'ada',
      ...task,
    })),
    ...more,
  });
}

const files = (...names: string[]) => names.map((output_file) => ({ output_file }));
const warned = (crew: Crew, rows: Record<string, string>[] = [{}]) =>
  checkWarnings(crew, rows).map(({ code, path }) => `${code} ${path}`);

describe('placeholders', () => {
  test('a name between braces may contain spaces and be long', () => {
    const long = `a${'x'.repeat(100)}`;
    const inputs = { 'First Name': 'Ann', [long]: 'L', 'Stra\u00dfe 1': 'S', 'cafe\u0301': 'C' };
    expect(fillPlaceholders(`{First Name} {${long}} {Stra\u00dfe 1} {caf\u00e9} {first name}`, inputs)).toBe(
      'Ann L S C {first name}',
    );
    expect(fillPlaceholders('{ "a": 1 } {} {\n}', { a: 'x' })).toBe('{ "a": 1 } {} {\n}');
  });

  test.each([
    ['{lnguage}', 'language', 'missing_input'],
    ['{Language}', 'language', 'missing_input'],
    ['{first name}', 'First Name', 'unfilled_placeholder'],
    ['{FirstName}', 'First Name', 'missing_input'],
  ])('%s without a value is a warning that names the nearest input', (text, nearest, code) => {
    const inputs = { language: 'de', 'First Name': 'Ann' };
    const [warning] = checkWarnings(makeCrew([{ description: `In ${text} for {language} {First Name}` }], { inputs }), [
      {},
    ]);
    expect(warning).toMatchObject({ code, severity: 'warning', path: 'tasks[0].description' });
    expect(warning?.message).toContain(`Did you mean {${nearest}}?`);
  });

  test('every text with placeholders is searched, and each name is reported once per text', () => {
    const guardrail = { agent: 'ada', criteria: 'For {e}' };
    const task = { description: '{a} {a}', expected_output: '{b}', output_file: 'x-{c}.md', guardrail };
    const agents = [{ name: 'ada', role: '{f}', goal: '{g}', backstory: '{h}' }];
    expect(warned(makeCrew([task], { agents }))).toEqual([
      'missing_input agents[0].role',
      'missing_input agents[0].goal',
      'missing_input agents[0].backstory',
      'missing_input tasks[0].description',
      'missing_input tasks[0].expected_output',
      'missing_input tasks[0].output_file',
      'missing_input tasks[0].guardrail.criteria',
    ]);
  });

  test.each(['{"a": 1}', '{ return x; }', '\u0024{HOME}', '\\frac{a}', '{1,2}', '{}', '{a: b}', 'f() { g(); }'])(
    '%s is not a placeholder',
    (description) => expect(warned(makeCrew([{ description }]))).toEqual([]),
  );

  test('a placeholder can be filled by a row and by the crew', () => {
    const crew = makeCrew([{ description: '{a} {b}' }], { inputs: { a: '1' } });
    expect(warned(crew)).toEqual(['missing_input tasks[0].description']);
    expect(warned(crew, [{ b: '2' }, { b: '3' }])).toEqual([]);
  });

  test('an unused input is a warning that suggests a similar placeholder', () => {
    const crew = makeCrew([{ description: 'About {topic} in {lnguage}' }], {
      inputs: { topic: 'bees', language: 'de' },
    });
    expect(checkWarnings(crew, [{}])[1]).toMatchObject({
      code: 'unused_input',
      path: 'inputs.language',
      message: 'No text uses the input "language": there is a placeholder {lnguage}. Use one name for both.',
    });
  });

  test('a task without a description or an expected output is a warning', () => {
    expect(warned(makeCrew([{ description: ' ' }, { expected_output: '' }]))).toEqual([
      'empty_text tasks[0].description',
      'empty_text tasks[1].expected_output',
    ]);
  });
});

describe('files of tasks', () => {
  test.each([
    ['case', 'r.md', 'R.md'],
    ['a dot', 'r.md', './r.md'],
    ['separators', 'a/r.md', 'a\\r.md'],
    ['doubled separators', 'a/r.md', 'a//./r.md'],
    ['composed letters', 'caf\u00e9.md', 'cafe\u0301.md'],
    ['a dot at the end', 'r.md', 'r.md.'],
    ['a filled placeholder', 'bees.md', '{topic}.md'],
  ])('two tasks that write the same file are a warning, apart from %s', (_what, one, other) => {
    const crew = makeCrew([...files(one, other), { description: '{topic}' }], { inputs: { topic: 'Bees' } });
    expect(warned(crew)).toEqual(['same_output_file tasks[1].output_file']);
  });

  test('different files cause no warning', () => {
    expect(warned(makeCrew(files('a/r.md', 'b/r.md', 'r.md', 'r.txt', 'ra.md')))).toEqual([]);
  });

  test('a row in which two tasks write the same file is named', () => {
    const crew = makeCrew([{ description: '{a} {b}' }, ...files('{a}.md', '{b}.md')]);
    const rows = [
      { a: '1', b: '2' },
      { a: '3', b: '3' },
    ];
    expect(checkWarnings(crew, rows)).toMatchObject([
      { message: expect.stringMatching(/^Row 2: Tasks "t1" and "t2" write the same file, "3\.md"/) },
    ]);
  });

  test.each([
    ['outside_workspace', '..'],
    ['outside_workspace', '/etc'],
    ['outside_workspace', 'C:\\x'],
    ['outside_workspace', 'a/../..'],
    ['protected_file', '.git'],
    ['protected_file', '.GIT/hooks'],
  ])('a path that a value turns into %s (%s) is an error', (code, value) => {
    const crew = makeCrew(files('{dir}/x.md'), { inputs: { dir: value } });
    expect(checkFilledFiles(crew, [{}])).toMatchObject([{ code, path: 'tasks[0].output_file' }]);
    expect(checkFilledFiles(makeCrew(files('{dir}/x.md')), [{ dir: 'fine' }, { dir: value }])).toMatchObject([
      { code, message: expect.stringMatching(/^Row 2: /) },
    ]);
    expect(checkFilledFiles(makeCrew(files('{dir}/x.md')), [{ dir: 'fine' }])).toEqual([]);
  });

  test('a path without the name of a file is an error', () => {
    for (const file of ['reports/', '.', './', '{name}', 'reports/{name}'])
      expect(checkFilledFiles(makeCrew(files(file)), [{ name: ' ' }])).toMatchObject([{ code: 'no_file_name' }]);
    expect(checkFilledFiles(makeCrew(files('{name}.crew.json')), [{ name: 'x' }])).toMatchObject([
      { code: 'protected_file' },
    ]);
  });

  test('a name that other programs act on is an error in a folder that Crewlane did not create', () => {
    const crew = makeCrew(files('package.json', '{name}', 'notes.md'));
    const found = checkGuardedFiles(crew, [{ name: 'a.md' }, { name: '.bashrc' }]);
    expect(found.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'protected_file tasks[0].output_file',
      'protected_file tasks[1].output_file',
    ]);
    expect(found[1]?.message).toMatch(/^Row 2: Task "t1" writes "\.bashrc"/);
  });

  test('ten thousand rows are checked in one pass', () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => ({ a: `${index}`, dir: '..' }));
    const crew = makeCrew([...files('{a}.md', '{dir}/{a}.md'), { description: '{a}' }]);
    expect(checkFilledFiles(crew, rows)).toHaveLength(20);
    expect(checkWarnings(crew, rows)).toEqual([]);
  });
});
