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
