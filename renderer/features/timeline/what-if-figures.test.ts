import { expect, test } from 'vitest';
import { simulate } from '../../../shared/control/virtual/simulate.ts';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { answersTo } from './what-if-answers.ts';
import { boundOf, comparisonText, pathText } from './what-if-figures.ts';

const task = (name: string, context: string[] = []) => {
  return { name, description: 'Do it.', expected_output: 'It', agent: 'ada', async: true, context };
};
const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  agents: [{ name: 'ada', role: 'Worker', goal: 'Work' }],
  tasks: [task('a'), task('b'), task('c', ['b'])],
});
const DURATIONS = { a: 100, b: 200, c: 50 };

test('The figures of a what-if schedule use its slots and durations', () => {
  const simulation = simulate(CREW, { slots: 1, durations: DURATIONS });
  expect(boundOf(CREW, DURATIONS, {}, 1)).toBe(simulation.makespan_ms);
  expect(boundOf(CREW, DURATIONS, {}, 2)).toBe(250);
  expect(pathText(CREW, simulate(CREW, { slots: 2, durations: DURATIONS }))).toBe('b → c');
});

test('A what-if schedule is compared with the same crew without the changes', () => {
  const question = { id: 1, crew: CREW, durations: DURATIONS, capacities: {}, scheduleSlots: 2, curve: [] };
  const answers = [...answersTo({ ...question, base: { durations: DURATIONS, slots: 1 } }, CREW)];
  expect(answers).toMatchObject([
    { kind: 'base', makespanMs: 350 },
    { kind: 'schedule', simulation: { makespan_ms: 250 } },
  ]);
  expect(comparisonText(250, 350)).toBe('0.35 s, -28.6%');
  expect(comparisonText(350, 250)).toBe('0.25 s, +40.0%');
});

test('A what-if of a crew with limits includes them, with the known model calls', () => {
  const limited = { ...CREW, settings: { ...CREW.settings, max_rpm: 3 } };
  const question = { id: 1, crew: limited, durations: DURATIONS, capacities: {}, scheduleSlots: null, curve: [1, 2] };
  const points = (calls: Record<string, { calls: number; tokens: number }>) =>
    [...answersTo({ ...question, calls }, limited)].map((answer) => answer.kind === 'point' && answer.makespanMs);
  expect(points({})).toEqual([350, 250]);
  expect(points({ b: { calls: 2, tokens: 1 } }).every((ms) => Number(ms) > 60_000)).toBe(true);
});
