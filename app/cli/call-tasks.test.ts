import { readFile } from 'node:fs/promises';
import { beforeEach, expect, test } from 'vitest';
import { eventsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, taskOfAda } from './testing/model-server.ts';

beforeEach(() => {
  server.reply = (response, { task }) => answer(response, task === 'score' ? '[{"name":"Ann"},{"name":"Bo"}]' : task);
});

const call = (name: string, tool: string, args: object, more: object = {}) => {
  return { name, description: '', expected_output: '', call: { tool, arguments: args }, ...more };
};

function makeCrew(tasks: readonly object[], more: object = {}): Promise<string> {
  return command.write('crew.crew.json', {
    format: 'crewlane/1',
    name: 'calls',
    settings: { workspace: 'workspace' },
    agents: [ADA],
    tasks,
    ...more,
  });
}

function run(file: string, ...more: string[]) {
  return command.run([
    'run',
    file,
    '--base-url',
    server.baseUrl,
    '--model',
    'm',
    '--json',
    '--workspace',
    command.path('workspace'),
    ...more,
  ]);
}

const resultsOf = (output: Parameters<typeof runOf>[0]) =>
  Object.fromEntries(runOf(output).results.map(({ task, result }) => [task, result]));

test('A task with call calls its tool once without a model, and its answer is the result.', async () => {
  const code = 'const names = data.map((lead) => lead.name); names.join(" and ") + "!"';
  const file = await makeCrew(
    [
      taskOfAda({ name: 'score' }),
      call(
        'write',
        'file_writer',
        { path: '{folder}/first.md', content: '{outputs.score.0.name}' },
        { context: ['score'] },
      ),
      call('all', 'code_runner', { code: `const data = {outputs.score}; ${code}` }, { context: ['score'] }),
      taskOfAda({ name: 'end', context: ['all'] }),
    ],
    { inputs: { folder: 'out' } },
  );
  const ended = await run(file);
  expect(ended.code).toBe(0);
  expect(resultsOf(ended)['all']).toContain('Ann and Bo!');
  const { run_dir: dir } = runOf(ended);
  const events = await eventsOf(dir);
  const calls = events.filter((event) => event.type === 'tool.call');
  expect(calls.map((event) => event.ok)).toEqual([true, true]);
  expect(events.filter((event) => event.type === 'llm.call').map((event) => 'task' in event && event.task)).toEqual([
    'score',
    'end',
  ]);
  expect(await readFile(command.path('workspace', 'out', 'first.md'), 'utf8')).toBe('Ann');
});

test('A failed call fails its task with kind tool, without another attempt.', async () => {
  const file = await makeCrew([
    call('read', 'file_reader', { path: 'missing.md' }, { retries: { max: 3, base_s: 0.1 } }),
  ]);
  const ended = await run(file);
  const [result] = runOf(ended).results;
  expect(result).toMatchObject({ status: 'failed', attempts: 1, error: { kind: 'tool' } });
  expect(result?.error?.message).toContain('file_reader: ');
});

test('A call whose arguments use a result that is missing is not made.', async () => {
  server.reply = (response) => answer(response, 'words');
  const args = { path: 'a.md', content: '{outputs.score.name}' };
  const ended = await run(
    await makeCrew([taskOfAda({ name: 'score' }), call('write', 'file_writer', args, { context: ['score'] })]),
  );
  expect(runOf(ended).results[1]?.error).toEqual({
    kind: 'tool',
    message: 'The arguments of file_writer use {outputs.score.name}, which has no value.',
  });
});

test('A placeholder of a task that is not in the context is a problem before the run.', async () => {
  const ended = await run(
    await makeCrew([
      taskOfAda({ name: 'score' }),
      call('write', 'file_writer', { path: 'a.md', content: '{outputs.score}' }),
    ]),
  );
  expect(ended.code).toBe(2);
  expect(ended.stdout + ended.stderr).toContain('{outputs.score} has no value: that task is not in the context.');
});

test('A call that needs approval waits for a person.', async () => {
  const file = await makeCrew([call('write', 'file_writer', { path: 'a.md', content: 'x' }, { approve_tools: true })]);
  const waiting = await run(file);
  expect([waiting.code, runOf(waiting).reason]).toEqual([3, 'review']);
  const approved = await command.run(['resume', runOf(waiting).run_dir, '--approve-all', '--json']);
  expect(approved.code).toBe(0);
  expect(await readFile(command.path('workspace', 'a.md'), 'utf8')).toBe('x');
});

test('A person answers a router that calls ask_person with its choices.', async () => {
  const ask = call('ask', 'ask_person', { question: 'Continue?' }, { choices: ['yes', 'no'] });
  const after = (name: string, choice: string) => ({ ...taskOfAda({ name }), context: [{ task: 'ask', choice }] });
  const file = await makeCrew([ask, after('go', 'yes'), after('stop', 'no')]);
  const running = command.startAtTerminal(['run', file, '--base-url', server.baseUrl, '--model', 'm']);
  await running.waitForScreen('Continue?');
  running.type('2\n');
  const ended = await running.ended;
  expect(ended.code).toBe(0);
});

test('A rehearsal answers such a router with its first choice, and a task with for_each numbers its files.', async () => {
  const file = await makeCrew(
    [
      call('ask', 'ask_person', { question: 'Continue?', choices: ['yes', 'no'] }),
      { ...taskOfAda({ name: 'go' }), context: [{ task: 'ask', choice: 'yes' }] },
      { ...taskOfAda({ name: 'stop' }), context: [{ task: 'ask', choice: 'no' }] },
      call('each', 'file_writer', { path: 'out/{index}.md', content: '{item}' }, { for_each: { input: 'cities' } }),
    ],
    { inputs: { cities: ['Oslo', 'Rome'] }, process: 'hierarchical', agents: [{ ...ADA, manager: true }] },
  );
  const ended = await command.run([
    'run',
    file,
    '--provider',
    'rehearsal',
    '--json',
    '--workspace',
    command.path('workspace'),
  ]);
  expect(ended.code).toBe(0);
  const statuses = Object.fromEntries(runOf(ended).results.map(({ task, status }) => [task, status]));
  expect(statuses).toMatchObject({
    ask: 'completed',
    go: 'completed',
    stop: 'not_chosen',
    each: 'completed',
    'each#2': 'completed',
  });
  expect(await readFile(command.path('workspace', 'out', '2.md'), 'utf8')).toBe('Rome');
});
