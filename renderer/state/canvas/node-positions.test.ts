import { describe, expect, it } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { nodePositions } from './node-positions.ts';

const makeCrew = (tasks: Record<string, string[]>) =>
  crewSchema.parse({
    format: 'crewlane/1',
    name: 'letters',
    tasks: Object.entries(tasks).map(([name, context]) => ({ name, description: '', expected_output: '', context })),
  });
const columns = (tasks: Record<string, string[]>) => {
  const positions = nodePositions(makeCrew(tasks));
  const lefts = Object.keys(tasks).map((name) => positions.get(`task:${name}`)?.[0] ?? Number.NaN);
  const known = [...new Set(lefts)].sort((a, b) => a - b);
  return lefts.map((left) => known.indexOf(left));
};

describe('Positions of nodes', () => {
  it('A task without a position is one column to the right of its dependencies, in any order of the file', () => {
    expect(columns({ d: ['b', 'c'], c: ['b'], b: ['a'], a: [] })).toEqual([3, 2, 1, 0]);
  });

  it('A task in a dependency cycle, or with a missing dependency, has a position', () => {
    expect(columns({ a: ['gone'], b: ['a', 'c'], c: ['b'] })).toEqual([0, 1, 0]);
  });

  it('A chain of ten thousand tasks in reverse order gets positions in linear time', () => {
    const names = Array.from({ length: 10_000 }, (_, at) => `t${at}`);
    const tasks = Object.fromEntries(names.map((name, at) => [name, at === 9999 ? [] : [`t${at + 1}`]]));
    expect(columns(tasks)[0]).toBe(9999);
  });
});
