import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BuiltCommand, problemsOf } from './testing/built.ts';
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

test('two runs do not share a workspace, wherever each keeps its data; the second one names the first', async () => {
  const file = await command.write('draft.crew.json', {
    format: 'crewlane/1',
    name: 'draft',
    agents: [{ name: 'writer', role: 'Writer', goal: 'Write well' }],
    tasks: [{ name: 'draft', description: 'Do draft.', expected_output: 'A note', agent: 'writer' }],
  });
  const args = ['run', file, '--base-url', server.baseUrl, '--model', 'm', '--trust', '--json'];
  const asked = new Promise<void>((resolve) => {
    server.reply = () => resolve();
  });
  const first = command.start(args);
  await asked;
  const second = await command.run(args, { CREWLANE_HOME: command.path('other home') });
  expect(second.code).toBe(2);
  const [problem] = problemsOf(second);
  expect(problem?.code).toBe('workspace_locked');
  expect(problem?.message).toMatch(new RegExp(`in use: run \\S+ works there \\(process ${first.pid}\\)`));
  first.signal('SIGKILL');
  await first.ended;
});

test('runs exclude each other in every way in which they name a workspace, until its holder is dead', async () => {
  const file = await command.write('held.crew.json', {
    format: 'crewlane/1',
    name: 'held',
    agents: [{ name: 'writer', role: 'Writer', goal: 'Write well' }],
    tasks: [{ name: 'draft', description: 'Do {topic}.', expected_output: 'A note', agent: 'writer' }],
    inputs: { topic: 'draft' },
  });
  const rows = await command.write('held.csv', 'topic\nants\n');
  const held = command.path('held');
  await symlink(held, command.path('to-held'));
  const asked = new Promise<void>((resolve) => {
    server.reply = () => resolve();
  });
  const args = (workspace: string) => ['run', file, '--workspace', workspace, '--json'];
  const first = command.start([...args(held), '--base-url', server.baseUrl, '--model', 'm']);
  await asked;
  const elsewhere = { CREWLANE_HOME: command.path('third home'), TMPDIR: command.folder };
  const ways = [args(held), args('held'), args(command.path('to-held')), [...args(held), '--inputs', rows]];
  for (const way of [...ways, args(join(held, '..', 'held'))]) {
    const second = await command.run(way, elsewhere);
    expect(second.code).toBe(2);
    expect(problemsOf(second)[0]?.code).toBe('workspace_locked');
  }
  first.signal('SIGKILL');
  await first.ended;
  expect((await command.run(args(held), elsewhere)).code).toBe(0);
});
