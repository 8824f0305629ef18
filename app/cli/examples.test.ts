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

it('The example with a crew file for each chapter can be created as a template and run.', async () => {
  const file = command.path('book.crew.json');
  expect((await command.run(['new', 'write_a_book', '--out', file])).code).toBe(0);
  const ended = await command.run(['run', file, '--provider', 'rehearsal', '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  const { outcome, results, total_tasks } = runOf(ended);
  expect([outcome, total_tasks]).toEqual(['completed', 14]);
  expect(results.find(({ task }) => task === 'chapter#3/edit')).toMatchObject({ of: 'chapter#3', status: 'completed' });
});
