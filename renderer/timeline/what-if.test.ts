import { describe, expect, test } from 'vitest';
import { projectSchema } from '../../shared/project/schema.ts';
import { curveToShow, foundOf, kneeOf, slotsTried } from './what-if.ts';

const points = (makespans: Readonly<Record<number, number>>) =>
  Object.entries(makespans).map(([slots, makespanMs]) => ({ slots: Number(slots), makespanMs }));

describe('the knee', () => {
  test('is where doubling the slots gains less than a tenth', () => {
    expect(kneeOf(points({ 1: 100, 2: 50, 3: 40, 4: 30, 8: 28 }))?.slots).toBe(4);
  });

  test('is one slot for a chain, and unknown before there is a point', () => {
    expect(kneeOf(points({ 1: 100, 2: 100, 4: 100 }))?.slots).toBe(1);
    expect(kneeOf([])).toBeNull();
  });
});

test('no more slots are tried than there are tasks to fill them', () => {
  const task = (name: string) => ({ name, description: 'd', expected_output: 'o', agent: 'ada' });
  const crew = projectSchema.parse({ format: 'crewlane/1', name: 'crew', tasks: ['a', 'b', 'c'].map(task) });
  expect(slotsTried(crew)).toEqual([1, 2, 3, 4, 5]);
});

describe('the curve of makespan over slots', () => {
  const some = points({ 1: 100, 2: 60 });
  const whole = points({ 1: 90, 2: 50, 3: 40 });

  test('grows as it is worked out, the first time', () => {
    expect(curveToShow([], some, 3)).toBe(some);
  });

  test('stays as it is until the one that follows it is whole', () => {
    expect(curveToShow(whole, some, 3)).toBe(whole);
    expect(curveToShow(whole, points({ 1: 80, 2: 45, 3: 35 }), 3)).toEqual(points({ 1: 80, 2: 45, 3: 35 }));
  });
});

test('of another crew or run neither the curve nor the schedule of the one before is shown', () => {
  const found = { of: 'run 1', points: points({ 1: 100, 2: 60 }), simulation: { makespan_ms: 60, tasks: {} } };
  expect(foundOf('run 1', found)).toBe(found);
  expect(foundOf('run 2', found)).toEqual({ of: 'run 2', points: [], simulation: null });
});
