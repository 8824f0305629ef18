import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventsOf, runOf } from './testing/built-command.ts';
import { command } from './testing/command-and-server.ts';

it('The example with a list and branches runs a task for each item, and only the chosen branch.', async () => {
  const file = command.example('write_a_guide');
  const ended = await command.run(['run', file, '--provider', 'rehearsal', '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  const { outcome, results, run_dir } = runOf(ended);
  expect(outcome).toBe('completed');
  const statuses = Object.fromEntries(results.map(({ task, status }) => [task, status]));
  expect(statuses).toMatchObject({ 'chapter#1': 'completed', 'chapter#3': 'completed', announcement: 'completed' });
  expect(statuses['revision']).toBe('not_chosen');
  const again = await command.run(['rerun', run_dir, '--only', 'chapter#2', '--json']);
  expect(again.code, again.stderr).toBe(0);
  const chapters = runOf(again).results.filter(({ of }) => of === 'chapter');
  expect(chapters.map(({ task, status, kept }) => [task, status, kept])).toEqual([
    ['chapter#1', 'completed', true],
    ['chapter#2', 'completed', undefined],
    ['chapter#3', 'completed', true],
  ]);
});

it('The example with a crew file for each chapter can be created as a template and run.', async () => {
  const file = command.path('book.crew.json');
  expect((await command.run(['new', 'write_a_book', '--out', file])).code).toBe(0);
  const ended = await command.run(['run', file, '--provider', 'rehearsal', '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  const { outcome, results, total_tasks, run_dir } = runOf(ended);
  expect([outcome, total_tasks]).toEqual(['completed', 14]);
  expect(results.find(({ task }) => task === 'chapter#3/edit')).toMatchObject({ of: 'chapter#3', status: 'completed' });
  const again = await command.run(['rerun', run_dir, '--from', 'chapter#2/edit', '--json']);
  expect(again.code, again.stderr).toBe(0);
  const repeated = runOf(again).results.filter(({ kept, items }) => !kept && items === undefined);
  expect(repeated.map(({ task }) => task)).toContain('chapter#2/edit');
  expect(repeated.map(({ task }) => task)).not.toContain('chapter#2/draft');
  expect(repeated.map(({ task }) => task)).not.toContain('chapter#1/edit');
});

it('The example with a loop runs two rounds in a rehearsal, and stores the text of the last one.', async () => {
  const file = command.example('write_and_review');
  const ended = await command.run(['run', file, '--provider', 'rehearsal', '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  const { outcome, results, run_dir } = runOf(ended);
  expect(outcome).toBe('completed');
  expect(results.map(({ task, of, round }) => [task, of, round])).toEqual([
    ['write', undefined, undefined],
    ['write@1', 'write', 1],
    ['write@2', 'write', 2],
    ['review', undefined, undefined],
    ['review@1', 'review', 1],
    ['review@2', 'review', 2],
    ['store', undefined, undefined],
  ]);
  const textOf = (name: string) => results.find(({ task }) => task === name)?.result;
  expect(textOf('write')).toBe(textOf('write@2'));
  const again = await command.run(['rerun', run_dir, '--only', 'store', '--json']);
  expect(again.code, again.stderr).toBe(0);
  expect(runOf(again).results.find(({ task }) => task === 'write@2')).toMatchObject({ round: 2, kept: true });
});

it('The example with manuals gives passages to the agent that knows them.', async () => {
  const file = command.example('ask_the_manuals').replace(/\.crew\.json$/, '_of_machines.crew.json');
  const ended = await command.run(['run', file, '--provider', 'rehearsal', '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  const used = (await eventsOf(runOf(ended).run_dir)).flatMap((event) =>
    event.type === 'knowledge.used' && event.by === 'prompt' ? [event] : [],
  );
  const sources = (task: string) => used.find((event) => event.task === task)?.passages.map(({ source }) => source);
  expect(sources('stop_pump')).toContain('manuals/water_pump.md, Stop');
  expect(sources('errors')).toEqual(
    expect.arrayContaining(['manuals/water_pump.md, Error E14', 'manuals/filter.md, Error E21']),
  );
  expect(sources('wall_card')).toBeUndefined();
});

it('The example with tools of its own calls its script in a rehearsal, and can be copied with it.', async () => {
  const made = await command.run(['new', 'release_rhythm', '--out', command.path('copied.crew.json')]);
  expect(made.code, made.stderr).toBe(0);
  expect(existsSync(command.path('tools', 'rhythm.js'))).toBe(true);
  const ended = await command.run(['run', command.path('copied.crew.json'), '--provider', 'rehearsal', '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  const calls = (await eventsOf(runOf(ended).run_dir)).flatMap((event) => (event.type === 'tool.call' ? [event] : []));
  expect(calls).toMatchObject([
    { name: 'releases', rehearsed: true },
    { name: 'rhythm', ok: true },
  ]);
  expect(calls[1]).not.toHaveProperty('rehearsed');
  expect((await command.run(['new', 'release_rhythm', '--out', command.path('other.crew.json')])).code).toBe(0);
});
