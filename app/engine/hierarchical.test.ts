import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { makeCrew, Rig, resultOf, type Step } from './testing/rig.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

const AGENTS = [
  { name: 'boss', role: 'Boss', goal: 'Lead', manager: true },
  { name: 'ada', role: 'Worker', goal: 'Work' },
];
const submitted: Step[] = [['submission']];

test('the manager assigns the tasks without an agent, and executes the ones that it does not assign', async () => {
  // The manager reads the tasks' descriptions too: the script in them is its answer.
  const steps: Step[] = [
    ['first', 1, [['as', { boss: [['answer', 'So be it: {"given": "ada", "lost": "nobody"}']] }]]],
    ['answer', 'done'],
  ];
  const tasks = ['given', 'lost'].map((name) => ({ name, agent: undefined, steps }));
  const { run, end } = await rig.run(makeCrew(tasks, { process: 'hierarchical', agents: AGENTS }));
  expect(end).toEqual({ status: 'finished', outcome: 'completed' });
  expect([...run.state.tasks.values()].map(({ name, agent }) => [name, agent])).toEqual([
    ['given', 'ada'],
    ['lost', 'boss'],
    ['@assignment', 'boss'],
  ]);
});

test('the manager reviews the answers of other agents, not its own', async () => {
  const tasks = [
    { name: 'own', agent: 'boss', steps: submitted },
    { name: 'given', steps: submitted, expected_output: 'A number' },
  ];
  const settings = { manager_review: true };
  const { run } = await rig.run(makeCrew(tasks, { process: 'hierarchical', agents: AGENTS, settings }));
  const given = async (task: string): Promise<TurnSubmission> => JSON.parse((await resultOf(run, task)) ?? '');
  expect((await given('own')).manager).toBeUndefined();
  const { manager } = await given('given');
  expect(manager?.agent).toMatchObject({ name: 'boss', tools: [] });
  expect(manager?.brief).toContain('# Task: given');
  expect(manager?.brief).toContain('A number');
});

test('the next attempt receives the answered calls of a coworker', async () => {
  const steps: Step[] = [
    ['first', 1, [['llm', 'I ask', 'c1'], ['llm', 'seven', null, 'delegation-1'], ['crash']]],
    ['submission'],
  ];
  const { run } = await rig.run(makeCrew([{ name: 'asks', steps }]));
  const { transcript, nested_conversations: asides }: TurnSubmission = JSON.parse((await resultOf(run, 'asks')) ?? '');
  expect(transcript).toMatchObject([{ role: 'assistant', content: 'I ask' }]);
  expect(asides).toEqual({ 'delegation-1': [{ role: 'assistant', content: 'seven' }] });
});
