import { expect, it } from 'vitest';
import { checkLane } from './lane-warning.ts';
import { crewSchema } from './schema.ts';

function warnings(...tasks: object[]): string[] {
  const crew = crewSchema.parse({
    format: 'crewlane/1',
    name: 'garden',
    agents: [{ name: 'gardener', role: 'Gardener', goal: 'Grow' }],
    tasks: tasks.map((task) => ({ description: 'Do it.', expected_output: 'A note', agent: 'gardener', ...task })),
  });
  return checkLane(crew).map(({ message, path }) => `${path}: ${message}`);
}

it('Several tasks of the lane of which none receives the result of another are reported.', () => {
  expect(warnings({ name: 'fetch', async: true }, { name: 'dig' }, { name: 'sow', context: ['fetch'] })).toEqual([
    'tasks[1]: 2 tasks run one after another, and none receives the result of another: "dig", "sow". Name the tasks that they depend on in "context", or set "async" so that they run in parallel.',
  ]);
});

it('A long list of tasks is shortened.', () => {
  const names = Array.from({ length: 8 }, (_, index) => ({ name: `task_${index}` }));
  expect(warnings(...names)[0]).toContain('"task_4" and 3 more');
});

it.each([
  ['A single task', [{ name: 'dig' }]],
  [
    'Parallel tasks',
    [
      { name: 'dig', async: true },
      { name: 'sow', async: true },
    ],
  ],
  ['One edge between tasks of the lane', [{ name: 'dig' }, { name: 'sow' }, { name: 'water', context: ['sow'] }]],
  [
    'An edge through a parallel task',
    [{ name: 'dig' }, { name: 'wait', async: true, context: ['dig'] }, { name: 'sow', context: ['wait'] }],
  ],
])('%s causes no warning.', (_what, tasks) => {
  expect(warnings(...tasks)).toEqual([]);
});
