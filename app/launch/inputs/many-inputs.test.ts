import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { MAX_PROBLEMS } from '../../crew-file/json-index.ts';
import { missingInputs, unusedInputs } from './check-inputs.ts';
import { readInputs } from './read-inputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'crewlane-inputs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const many = <Value>(count: number, make: (at: number) => Value) => Array.from({ length: count }, (_, at) => make(at));
const makeCrew = (description: string) =>
  crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    agents: [{ name: 'ada', role: 'Writer', goal: 'Write' }],
    tasks: [{ name: 'draft', description, expected_output: 'Text', agent: 'ada' }],
  });

it.each([
  ['rows of another width', `a,b\n${'1\n'.repeat(200_000)}`, 199_900],
  ['names that occur twice', `a${',a'.repeat(100_000)}\n`, 99_900],
])('A CSV file with very many problems returns the first ones and a count: %s.', async (_what, text, more) => {
  const file = join(folder, 'rows.csv');
  writeFileSync(file, text);
  const read = await readInputs(file);
  const problems = read.ok ? [] : read.problems;
  expect(problems).toHaveLength(MAX_PROBLEMS + 1);
  expect(problems.at(-1)?.message).toBe(`There are ${more} more problems. Correct these first.`);
});

it('Very many missing values return the first ones and a count.', () => {
  const names = many(500, (at) => `n${at}`);
  const rows = [Object.fromEntries(names.map((name) => [name, 'x'])), ...many(5_000, () => ({}))];
  const problems = missingInputs(makeCrew(names.map((name) => `{${name}}`).join(' ')), rows);
  expect(problems).toHaveLength(MAX_PROBLEMS + 1);
  expect(problems.at(-1)?.message).toBe(`There are ${500 * 5_000 - MAX_PROBLEMS} more problems. Correct these first.`);
});

it('Very many unused inputs return the first ones and a count.', () => {
  const row = Object.fromEntries(many(50_000, (at) => [`unused${at}`, 'x']));
  const notes = unusedInputs(makeCrew('On {topic}'), [row]);
  expect(notes).toHaveLength(21);
  expect(notes.at(-1)).toBe('The crew does not use 49980 more inputs.');
});
