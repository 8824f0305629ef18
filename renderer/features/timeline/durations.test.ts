import { expect, test } from 'vitest';
import { newRun } from '../../../shared/run/fold.ts';
import { crew } from '../../../shared/scheduler/testing/rig.ts';
import { problemsOf } from '../../state/problems.ts';
import { durationsOf } from './durations.ts';

const SECOND = { ms: 1000, from: 'estimate_s' as const };
const ESTIMATES = { a: SECOND, b: SECOND };

function expected(contextOfA: string[], speeds = {}) {
  const project = crew({
    tasks: [
      { name: 'a', context: contextOfA },
      { name: 'b', context: ['a'] },
    ],
  });
  const source = { state: newRun(project), hasProblems: problemsOf(project).length > 0 };
  return durationsOf(source, ESTIMATES, speeds);
}

test('a schedule is made of what tasks are expected to take, and of what is tried for one', () => {
  expect(expected([])).toEqual({ a: 1000, b: 1000 });
  expect(expected([], { b: 0.5 })).toEqual({ a: 1000, b: 500 });
});

test('no schedule is made of tasks that wait for each other in a circle', () => {
  expect(expected(['b'])).toBeNull();
});
