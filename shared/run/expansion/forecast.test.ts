import { expect, test } from 'vitest';
import { predict } from '../../control/virtual/predict.ts';
import { crewSchema } from '../../crew/schema.ts';
import { estimatesFor } from '../../scheduler/estimates.ts';
import { estimatedWork, lowerBound } from '../../scheduler/lower-bound.ts';
import { forecastCrew } from './forecast.ts';

function crewOf(forEach: object, inputs: object = {}) {
  const common = { description: 'Do', expected_output: 'It', agent: 'ada', async: true, estimate_s: 10 };
  return crewSchema.parse({
    ...{ format: 'crewlane/1', name: 'crew', inputs, agents: [{ name: 'ada', role: 'Worker', goal: 'Work' }] },
    tasks: [
      { ...common, name: 'list' },
      { ...common, name: 'each', context: ['list'], for_each: forEach },
      { ...common, name: 'edit', context: ['each'], for_each: { task: 'each' } },
    ],
  });
}

test.each([
  ['history', crewOf({ task: 'list', estimate_items: 9 }), [4, 2, 5], { count: 4, from: 'history' }],
  ['the file', crewOf({ task: 'list', estimate_items: 9 }), [], { count: 9, from: 'estimate_items' }],
  ['an input', crewOf({ input: 'a', path: '/b' }, { a: { b: [1, 2] } }), [], { count: 2, from: 'input' }],
  ['the text of an input', crewOf({ input: 'a' }, { a: '[1]' }), [], { count: 1, from: 'input' }],
  ['nothing', crewOf({ task: 'list' }), [], { count: null, from: 'unknown' }],
])('the number of items is expected from %s', (_, crew, history, items) => {
  const estimates = estimatesFor(
    crew,
    () => [],
    undefined,
    (task) => (task === 'each' ? history : []),
  );
  expect(estimates['each']?.items).toEqual(items);
});

test('a prediction contains the expected instances, and is unknown without their number', () => {
  const known = crewOf({ task: 'list', estimate_items: 3 });
  const estimates = estimatesFor(known, () => []);
  const { makespan_ms, tasks } = predict(known, estimates, 3);
  expect(makespan_ms).toBe(30_000);
  expect(Object.keys(tasks).sort()).toEqual(['each#1', 'each#2', 'each#3', 'edit#1', 'edit#2', 'edit#3', 'list']);
  expect(predict(known, estimates, 1).makespan_ms).toBe(70_000);
  const expected = forecastCrew(known, estimates);
  const work = expected && estimatedWork(expected, estimates);
  expect(expected && work && lowerBound(expected, work, 2).ms).toBe(35_000);
  const unknown = crewOf({ task: 'list' });
  expect(
    predict(
      unknown,
      estimatesFor(unknown, () => []),
      3,
    ),
  ).toEqual({ makespan_ms: null, tasks: {} });
});
