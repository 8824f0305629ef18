import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BuiltCommand, problemsOf } from './testing/built-command.ts';
import { ModelServer } from './testing/model-server.ts';

let command: BuiltCommand;
let server: ModelServer;
beforeAll(async () => {
  command = await BuiltCommand.make();
  server = await ModelServer.start();
});
afterAll(async () => {
  await server.close();
  await command.remove();
});

test('A second run in a workspace is refused and names the first, even with another data folder.', async () => {
  const file = await command.write('draft.crew.json', {
    format: 'crewlane/1',
    name: 'draft',
    agents: [{ name: 'writer', role: 'Writer', goal: 'Write well' }],
    tasks: [{ name: 'draft', description: 'Do draft.', expected_output: 'A note', agent: 'writer' }],
  });
  const args = ['run', file, '--base-url', server.baseUrl, '--model', 'm', '--trust', '--json'];
  const called = new Promise<void>((resolve) => {
    server.reply = () => resolve();
  });
  const first = command.start(args);
  await called;
  const second = await command.run(args, { CREWLANE_HOME: command.path('other home') });
  expect(second.code).toBe(2);
  const [problem] = problemsOf(second);
  expect(problem?.code).toBe('workspace_locked');
  expect(problem?.message).toMatch(new RegExp(`in use: run \\S+ works there \\(process ${first.pid}\\)`));
  first.signal('SIGKILL');
  await first.ended;
});

test('A workspace stays locked under every spelling of its path until its owner has exited.', async () => {
  const file = await command.write('locked.crew.json', {
    format: 'crewlane/1',
    name: 'locked',
    agents: [{ name: 'writer', role: 'Writer', goal: 'Write well' }],
    tasks: [{ name: 'draft', description: 'Do {topic}.', expected_output: 'A note', agent: 'writer' }],
    inputs: { topic: 'draft' },
  });
  const rows = await command.write('locked.csv', 'topic\nants\n');
  const locked = command.path('locked');
  await symlink(locked, command.path('to-locked'));
  const called = new Promise<void>((resolve) => {
    server.reply = () => resolve();
  });
  const args = (workspace: string) => ['run', file, '--workspace', workspace, '--json'];
  const first = command.start([...args(locked), '--base-url', server.baseUrl, '--model', 'm']);
  await called;
  const elsewhere = { CREWLANE_HOME: command.path('third home'), TMPDIR: command.folder };
  const ways = [args(locked), args('locked'), args(command.path('to-locked')), [...args(locked), '--inputs', rows]];
  for (const way of [...ways, args(join(locked, '..', 'locked'))]) {
    const second = await command.run(way, elsewhere);
    expect(second.code).toBe(2);
    expect(problemsOf(second)[0]?.code).toBe('workspace_locked');
  }
  first.signal('SIGKILL');
  await first.ended;
  expect((await command.run(args(locked), elsewhere)).code).toBe(0);
});
