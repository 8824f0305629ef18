import { expect, test } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { newRun } from '../../../shared/run/fold.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import { markOf } from './bars.ts';

const crew = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  agents: [{ name: 'ada', role: 'r', goal: 'g' }],
  tasks: [{ name: 'chapter', description: 'd', expected_output: 'o', agent: 'ada' }],
});

/** A completed task without turns. */
function completed(more: Partial<TaskState>): TaskState {
  const task = newRun(crew).tasks.get('chapter');
  if (!task) throw new Error('The crew has a task.');
  return { ...task, status: 'completed', endedAt: 9, ...more };
}

test('a task that ran for each item of a list is not marked as cached', () => {
  expect(
    markOf(completed({ expansion: { kind: 'for_each', count: 3, at: 1, startedAt: null, items: null } })),
  ).toBeNull();
  expect(
    markOf(
      completed({ expansion: { kind: 'for_each', count: 3, at: 1, startedAt: null, items: null }, degraded: true }),
    ),
  ).toBe('degraded');
  expect(markOf(completed({}))).toBe('cached');
});
