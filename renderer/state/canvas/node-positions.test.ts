import { describe, expect, it } from 'vitest';
import { crewSchema } from '../../../shared/project/schema.ts';
import { nodePositions } from './node-positions.ts';

const crew = (tasks: Record<string, string[]>) =>
  crewSchema.parse({
    format: 'crewlane/1',
    name: 'letters',
    tasks: Object.entries(tasks).map(([name, context]) => ({ name, description: '', expected_output: '', context })),
  });
const columns = (tasks: Record<string, string[]>) => {
  const places = nodePositions(crew(tasks));
  const lefts = Object.keys(tasks).map((name) => places.get(`task:${name}`)?.[0] ?? Number.NaN);
  const known = [...new Set(lefts)].sort((a, b) => a - b);
  return lefts.map((left) => known.indexOf(left));
};

describe('the place of a task that the file does not place', () => {
  it('is as many columns to the right as tasks stand before it, in whatever order the file has them', () => {
    expect(columns({ d: ['b', 'c'], c: ['b'], b: ['a'], a: [] })).toEqual([3, 2, 1, 0]);
  });

  it('is found also in a circle and after a task that is not there', () => {
    expect(columns({ a: ['gone'], b: ['a', 'c'], c: ['b'] })).toEqual([0, 1, 0]);
  });

  it('is found at once for ten thousand tasks in a row, the last one first', () => {
    const names = Array.from({ length: 10_000 }, (_, at) => `t${at}`);
    const tasks = Object.fromEntries(names.map((name, at) => [name, at === 9999 ? [] : [`t${at + 1}`]]));
    expect(columns(tasks)[0]).toBe(9999);
  });
});
