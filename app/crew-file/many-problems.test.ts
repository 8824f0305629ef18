import { describe, expect, it } from 'vitest';
import type { Problem } from '../../shared/crew/problem.ts';
import { locateProblems } from '../crew-file/locate-problems.ts';
import { MAX_PROBLEMS } from './json-index.ts';
import { parseCrew } from './parse.ts';

const many = <Value>(count: number, make: (at: number) => Value) => Array.from({ length: count }, (_, at) => make(at));
const task = (more: object = {}) => ({ name: 'draft', description: 'd', expected_output: 'o', agent: 'ada', ...more });
const makeCrew = (more: object = {}) => ({
  format: 'crewlane/1',
  name: 'crew',
  agents: [{ name: 'ada', role: 'r', goal: 'g' }],
  tasks: [task()],
  ...more,
});
const keys = (count: number) => Object.fromEntries(many(count, (at) => [`k${at}`, 1]));
const twice = (count: number) =>
  JSON.stringify(makeCrew()).replace('"name"', `${'"name": "crew", '.repeat(count)}"name"`);

/** Files whose check could take quadratic time, or print a line for every problem. */
const FILES: [string, string, { code: string; more: number }][] = [
  [
    'unknown keys of a task',
    JSON.stringify(makeCrew({ tasks: [task(keys(100_000))] })),
    { code: 'unknown_key', more: 99_900 },
  ],
  [
    'unknown keys on lines of their own',
    JSON.stringify(makeCrew(keys(100_000)), null, 1),
    { code: 'unknown_key', more: 99_900 },
  ],
  [
    'amounts of the wrong kind',
    JSON.stringify(makeCrew({ workload: keys(100_000) })),
    { code: 'wrong_type', more: 99_900 },
  ],
  ['keys that occur twice', twice(60_000), { code: 'duplicate_key', more: 59_900 }],
  [
    'entries of the wrong kind',
    JSON.stringify(makeCrew({ tasks: many(20_000, () => 1) })),
    { code: 'wrong_type', more: 39_900 },
  ],
  [
    'references to tasks that do not exist',
    JSON.stringify(makeCrew({ tasks: [task({ context: many(50_000, (at) => `x${at}`) })] })),
    { code: 'unknown_reference', more: 49_900 },
  ],
];

describe('a crew file with very many problems', () => {
  it.each(FILES)(
    'a file with many problems is refused with the first ones and the number of the others: %s',
    (_what, text, { code, more }) => {
      const { problems } = parseCrew(text);
      expect(problems).toHaveLength(MAX_PROBLEMS + 1);
      expect(problems[0]).toMatchObject({ code, line: expect.any(Number) });
      expect(problems.at(-1)).toEqual({
        code: 'more_problems',
        message: `There are ${more} more problems. Correct these first.`,
        path: '',
        line: 0,
        column: 0,
      });
    },
  );

  it('problems are listed up to the limit, in the order of their locations', () => {
    const { problems } = parseCrew(JSON.stringify(makeCrew({ tasks: [task(keys(MAX_PROBLEMS))] }), null, 1));
    expect(problems.map(({ path }) => path)).toEqual(many(MAX_PROBLEMS, (at) => `tasks[0].k${at}`));
    expect(problems.map(({ line }) => line)).toEqual(many(MAX_PROBLEMS, (at) => 17 + at));
  });

  it('a huge name is shortened in a message', () => {
    const { problems } = parseCrew(JSON.stringify(makeCrew({ tasks: [task({ agent: 'x'.repeat(1_000_000) })] })));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message.length).toBeLessThan(3000);
  });

  it('the limit also applies to problems that get their locations later', () => {
    const text = JSON.stringify(makeCrew({ tasks: many(50_000, (at) => task({ name: `t${at}` })) }), null, 1);
    const problems = many(
      50_000,
      (at): Problem => ({ code: 'x', message: 'm', path: `tasks[${at}].agent`, line: 0, column: 0 }),
    );
    const placed = locateProblems(text, problems);
    expect(placed).toHaveLength(MAX_PROBLEMS + 1);
    expect(placed[0]).toMatchObject({ line: 16, column: 13 });
    expect(placed.at(-1)).toMatchObject({ code: 'more_problems', line: 0 });
  });
});
