import { expect, it } from 'vitest';
import { runOf } from './testing/built-command.ts';
import { command } from './testing/command-and-server.ts';

it('The example with a list and branches runs a task for each item, and only the chosen branch.', async () => {
  const file = command.example('write_a_guide');
  const ended = await command.run(['run', file, '--provider', 'rehearsal', '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  const { outcome, results } = runOf(ended);
  expect(outcome).toBe('completed');
  const statuses = Object.fromEntries(results.map(({ task, status }) => [task, status]));
  expect(statuses).toMatchObject({ 'chapter#1': 'completed', 'chapter#3': 'completed', announcement: 'completed' });
  expect(statuses['revision']).toBe('not_chosen');
});
