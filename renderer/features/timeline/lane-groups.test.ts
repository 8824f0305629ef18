import { expect, it } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { applyEvent, newRun } from '../../../shared/run/fold.ts';
import { layoutOf } from './layout.ts';

const task = (name: string, more: object = {}) => ({
  ...{ name, description: 'd', expected_output: 'o', agent: 'ada', async: true },
  ...more,
});
const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  agents: [{ name: 'ada', role: 'r', goal: 'g' }],
  tasks: [task('outline'), task('chapter', { context: ['outline'], for_each: { task: 'outline' } }), task('book')],
});

function lanesWith(...collapsed: string[]) {
  const state = newRun(CREW);
  const events = [
    { type: 'task.expanded', task: 'chapter', kind: 'for_each', count: 2 },
    { type: 'attempt.started', task: 'chapter#1', attempt: 1, slot: 1, agent: 'ada' },
    { type: 'attempt.started', task: 'chapter#2', attempt: 1, slot: 2, agent: 'ada' },
  ] as const;
  events.forEach((event, at) => {
    applyEvent(state, { ...event, t: at, seq: at + 1 });
  });
  const none = { segments: new Map(), critical: new Set<string>(), predicted: {} };
  return layoutOf({ crew: CREW, state, by: 'task', collapsed: new Set(collapsed), ...none });
}

it('The items of a task are lanes inside of its group', () => {
  const { lanes } = lanesWith();
  expect(lanes.map(({ label, group }) => [label, group.depth, group.isCollapsed])).toEqual([
    ['outline', 0, null],
    ['chapter', 0, false],
    ['chapter#1', 1, null],
    ['chapter#2', 1, null],
    ['book', 0, null],
  ]);
});

it('A collapsed group draws its items in its own lane', () => {
  const { lanes, rows } = lanesWith('chapter');
  expect(lanes.map(({ label, group }) => [label, group.isCollapsed])).toEqual([
    ['outline', null],
    ['chapter', true],
    ['book', null],
  ]);
  const chapter = rows.filter(({ lane }) => lanes[lane]?.label === 'chapter');
  expect(chapter.flatMap(({ bars }) => bars.map((bar) => bar.task)).sort()).toEqual(['chapter#1', 'chapter#2']);
});
