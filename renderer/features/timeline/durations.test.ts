import { expect, test } from 'vitest';
import { newRun } from '../../../shared/run/fold.ts';
import { makeCrew } from '../../../shared/scheduler/testing/rig.ts';
import { problemsOf } from '../../state/problems.ts';
import { durationsOf } from './durations.ts';

const SECOND = { ms: 1000, from: 'estimate_s' as const };
const ESTIMATES = { a: SECOND, b: SECOND };

function expected(contextOfA: string[], speeds = {}) {
  const crew = makeCrew({
    tasks: [
      { name: 'a', context: contextOfA },
      { name: 'b', context: ['a'] },
    ],
  });
  const source = { crew, state: newRun(crew), hasProblems: problemsOf(crew).length > 0 };
  return durationsOf(source, ESTIMATES, speeds);
}

test('A schedule is computed from the estimates of the tasks and the what-if change of one task', () => {
  expect(expected([])).toEqual({ a: 1000, b: 1000 });
  expect(expected([], { b: 0.5 })).toEqual({ a: 1000, b: 500 });
});

test('Tasks in a dependency cycle have no schedule', () => {
  expect(expected(['b'])).toBeNull();
});
