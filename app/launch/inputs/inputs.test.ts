import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { missingInputs, unusedInputs } from './check-inputs.ts';
import { csvInputs } from './csv-inputs.ts';
import type { ReadInputs, Values } from './inputs.ts';
import { jsonInputs } from './json-inputs.ts';
import { readInputs } from './read-inputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'crewlane-inputs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function rowsOf(read: ReadInputs): readonly Values[] {
  if (!read.ok || read.inputs.kind !== 'batch') throw new Error(JSON.stringify(read));
  return read.inputs.rows;
}

function problemsOf(read: ReadInputs): string[] {
  return read.ok ? [] : read.problems.map(({ line, path, message }) => `${line} ${path} ${message}`);
}

describe('a CSV of inputs', () => {
  test('The first line of a CSV file names the inputs, and each further line is a row.', () => {
    expect(rowsOf(csvInputs('topic,words\nbees,100\nants,200\n'))).toEqual([
      { topic: 'bees', words: '100' },
      { topic: 'ants', words: '200' },
    ]);
  });

  test('Commas, line breaks and quotes inside quotes belong to the value.', () => {
    expect(rowsOf(csvInputs('topic,note\n"bees, wild","a\r\n""b"""\n'))).toEqual([
      { topic: 'bees, wild', note: 'a\r\n"b"' },
    ]);
  });

  test.each([
    ['Windows line breaks', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['mixed line breaks', 'a,b\r\n1,2\n3,4'],
    ['a byte order mark', '\ufeffa,b\n1,2\n3,4\n'],
    ['no final line break', 'a,b\n1,2\n3,4'],
    ['empty lines', '\na,b\n\n1,2\n\n\n3,4\n\n'],
    ['spaces around names', ' a , b\n1,2\n3,4'],
  ])('A CSV file with %s is read.', (_, text) => {
    expect(rowsOf(csvInputs(text))).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ]);
  });

  test('A CSV file can have a single column, and an empty field is an empty value.', () => {
    expect(rowsOf(csvInputs('topic\nbees\n'))).toEqual([{ topic: 'bees' }]);
    expect(rowsOf(csvInputs('a,b\n1,\n'))).toEqual([{ a: '1', b: '' }]);
  });

  test('Lines with only empty fields are skipped and counted in a note.', () => {
    const read = csvInputs('a,b\n1,2\n,\n,\n');
    expect(rowsOf(read)).toHaveLength(1);
    expect(read.ok && read.inputs.kind === 'batch' && read.inputs.notes).toEqual(['Skipped 2 empty lines.']);
  });

  test('An input can be named __proto__.', () => {
    const [row] = rowsOf(csvInputs('__proto__,toString\n1,2\n'));
    expect(Object.entries(row ?? {})).toEqual([
      ['__proto__', '1'],
      ['toString', '2'],
    ]);
  });

  test('Each row with too many or too few fields is reported with its line, also after multi-line fields.', () => {
    expect(problemsOf(csvInputs('a,b\n"1\n2",3\n\n4\n5,6\n7,8,9\n'))).toEqual([
      expect.stringMatching(/^5 {2}This row has 1 field, but the header has 2 fields/),
      expect.stringMatching(/^7 {2}This row has 3 fields/),
    ]);
  });

  test('Spaces in the names of columns become underscores.', () => {
    expect(rowsOf(csvInputs('First Name,last\u00a0name\nAnn,Lee\n'))).toEqual([
      { First_Name: 'Ann', last_name: 'Lee' },
    ]);
    expect(problemsOf(csvInputs('a b,a_b\n1,2\n'))).toEqual([expect.stringMatching(/Duplicate column "a_b"/)]);
  });

  test.each([
    ['a quote that is never closed', 'a,b\n1,2\n"x,3\n4,5\n', /^3 .*never closed/],
    ['a quote inside a field', 'a,b\n1,2\nx"y,3\n', /^3 .*between quotes/],
    ['text after a closing quote', 'a,b\n1,2\n"x"y,3\n', /^3 .*between quotes/],
    ['a duplicate name', 'a,b,a\n1,2,3\n', /^1 .*Duplicate column "a"/],
    ['an empty name', 'a,,c\n1,2,3\n', /^1 .*Column 2 has no name/],
    ['semicolons instead of commas', 'a;b\n1;2\n', /^1 .*semicolons/],
    ['only a header', 'a,b\n', /no rows/],
    ['an empty file', '', /The file is empty/],
  ])('A CSV file with %s is refused.', (_, text, message) => {
    expect(problemsOf(csvInputs(text))).toEqual([expect.stringMatching(message)]);
  });

  test('A file with more rows than a batch may have is refused.', () => {
    expect(problemsOf(csvInputs(`a\n${'1\n'.repeat(10_001)}`))[0]).toMatch(/10001 rows.*at most 10000/);
  });
});

describe('inputs in JSON', () => {
  test('A JSON object is one run, and a list of objects is a batch.', () => {
    expect(jsonInputs('{ "topic": "bees", "n": 3, "wild": true }')).toEqual({
      ok: true,
      inputs: { kind: 'run', values: { topic: 'bees', n: 3, wild: true } },
    });
    expect(rowsOf(jsonInputs('[{ "topic": "bees" }, { "topic": 7 }]'))).toEqual([{ topic: 'bees' }, { topic: 7 }]);
  });

  test('A number keeps its digits, so that a long one is not rounded.', () => {
    expect(rowsOf(jsonInputs('[{ "account": 12345678901234567890, "rate": 1.50 }]'))).toEqual([
      { account: '12345678901234567890', rate: '1.50' },
    ]);
  });

  test('A value can be any JSON.', () => {
    const row = { list: ['a', { b: [1] }], none: null, deep: { a: { b: 'x' } } };
    expect(rowsOf(jsonInputs(JSON.stringify([row])))).toEqual([row]);
  });

  test('Each row that is not an object is reported with its location.', () => {
    expect(problemsOf(jsonInputs('[\n{ "a": 1, "a": 2 }]'))).toEqual([expect.stringMatching(/Duplicate name "a"/)]);
    expect(problemsOf(jsonInputs('[\n{ "a": 1 },\n{ "a": null, "b": [1] },\n"x"\n]'))).toEqual([
      expect.stringMatching(/^4 \[2\] This entry is not an object/),
    ]);
  });

  test.each([
    ['lists', '['.repeat(100_000)],
    ['objects', '{"a":'.repeat(100_000)],
    ['whole lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('Inputs with nested %s beyond the limit are refused with a location.', (_, text) => {
    expect(problemsOf(jsonInputs(text))).toEqual([
      expect.stringMatching(/^1 {2}The file is nested more than 100 levels deep/),
    ]);
  });

  test('An empty list, a bare value and invalid JSON are refused.', () => {
    expect(problemsOf(jsonInputs('[]'))[0]).toMatch(/no rows/);
    expect(problemsOf(jsonInputs('3'))[0]).toMatch(/not an object/);
    expect(problemsOf(jsonInputs('[{"a": 1},]'))[0]).toMatch(/^1 .*not valid JSON/);
  });
});

describe('a file of inputs', () => {
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  test('An inputs file is parsed according to its extension.', async () => {
    expect(await readInputs(file('rows.CSV', 'a\n1\n'))).toMatchObject({ inputs: { kind: 'batch' } });
    expect(await readInputs(file('one.json', '{"a": 1}'))).toMatchObject({ inputs: { kind: 'run' } });
  });

  test('An inputs file that is missing, a folder or not UTF-8 is refused.', async () => {
    for (const path of [join(folder, 'none.csv'), folder, file('latin.csv', Buffer.from([0x61, 0x0a, 0xe4, 0x0a]))]) {
      expect(problemsOf(await readInputs(path))).toEqual([expect.stringMatching(/The file cannot be used: /)]);
    }
  });
});

describe('inputs checked against a crew', () => {
  const crew = crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    inputs: { tone: 'calm' },
    agents: [{ name: 'ada', role: 'Writer', goal: 'Write in a {tone} tone' }],
    tasks: [{ name: 'draft', description: 'On {topic}, as {"json": 1}', expected_output: 'Text', agent: 'ada' }],
  });

  test('A row without a value that the crew uses and other rows provide is refused, unless the crew file provides it.', () => {
    const problems = missingInputs(crew, [{ topic: 'bees', tone: 'loud' }, { tone: 'loud' }, { topic: 'ants' }]);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/Row 2 has no value for "topic"/)]);
  });

  test('An input that the crew does not use gives a note.', () => {
    expect(unusedInputs(crew, [{ topic: 'bees', topics: 'ants' }])).toEqual([expect.stringContaining('"topics"')]);
    expect(unusedInputs(crew, [{ topic: 'bees' }])).toEqual([]);
  });

  test('The criteria of a guardrail can use inputs.', () => {
    const guardrail = { agent: 'ada', criteria: 'It is for {reader}' };
    const judged = crewSchema.parse({
      ...crew,
      tasks: crew.tasks.map((task) => ({ ...task, guardrail })),
    });
    expect(unusedInputs(judged, [{ topic: 'bees', reader: 'children' }])).toEqual([]);
    expect(missingInputs(judged, [{ topic: 'bees', reader: 'children' }, { topic: 'ants' }])).toHaveLength(1);
  });
});
