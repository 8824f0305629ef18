import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, callTool, refuse, taskOfAda } from './testing/model-server.ts';

const LIMIT = 4000;

/** Total length of the messages of the last call, in characters. */
function sizeOfLast(): number {
  return (server.sent.at(-1) ?? []).reduce((total, { content }) => total + String(content ?? '').length, 0);
}

it('A context result that exceeds the window is shortened after the refusal, and every output reports it.', async () => {
  server.reply = (response, { task }) => {
    if (task === 'long') answer(response, 'Words of a long result. '.repeat(1000));
    else if (sizeOfLast() > LIMIT) refuse(response, 400, {}, 'maximum context length exceeded');
    else answer(response, 'Short.');
  };
  const tasks = [taskOfAda({ name: 'long' }), taskOfAda({ name: 'sum', description: 'Sum up.', context: ['long'] })];
  const file = await command.write('overflow.crew.json', {
    format: 'crewlane/1',
    name: 'overflow',
    agents: [ADA],
    tasks,
  });
  const out = command.path('overflow');
  const ended = await command.run(['run', file, '--base-url', server.baseUrl, '--model', 'm', '--json', '--out', out]);
  expect(ended.code).toBe(0);
  const run = runOf(ended);
  expect(run).toMatchObject({ outcome: 'completed' });
  expect(run.results[1]).toMatchObject({ attempts: 1, result: 'Short.' });
  expect(sizeOfLast()).toBeLessThanOrEqual(LIMIT);
  const [call] = (await eventsOf(run.run_dir)).flatMap((event) =>
    event.type === 'llm.call' && event.shortened !== undefined && event.error === undefined ? [event] : [],
  );
  expect(call).toMatchObject({ task: 'sum' });
  expect(ended.stderr).toMatch(/Sum: [\d,]+ characters left out to fit the context window \(m\)/);
  const report = await readFile(join(out, 'sum_result.md'), 'utf8');
  expect(report).toMatch(/Notes on model calls: [\d,]+ characters left out to fit the context window/);
});

it('A tool answer is shortened to the configured context window before it is sent.', async () => {
  await mkdir(command.path('workspace'), { recursive: true });
  await writeFile(command.path('workspace', 'big.txt'), 'A line of the file.\n'.repeat(100_000));
  server.reply = (response) =>
    (server.sent.at(-1) ?? []).some(({ role }) => role === 'tool')
      ? answer(response, 'Read.')
      : callTool(response, 'file_reader', { path: 'big.txt' });
  const agent = { ...ADA, tools: ['file_reader'] };
  const more = { settings: { context_window: 4000 }, agents: [agent], tasks: [taskOfAda({ name: 'read' })] };
  const file = await command.write('tool.crew.json', { format: 'crewlane/1', name: 'tool', ...more });
  const ended = await command.run(['run', file, '--base-url', server.baseUrl, '--model', 'm', '--json', '--trust']);
  expect(runOf(ended)).toMatchObject({ outcome: 'completed' });
  const toolMessage = (server.sent.at(-1) ?? []).find(({ role }) => role === 'tool');
  expect(String(toolMessage?.content).length).toBeLessThan(12_000);
  expect(String(toolMessage?.content)).toMatch(/shortened to fit the model: \d+ characters left out/);
});
