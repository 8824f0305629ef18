import { appendFile, readdir, readFile } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { call, finish, type Reply, says, stream, TestProvider } from '../models/testing/provider.ts';
import { eventsOf, problemsOf, runOf } from './testing/built-command.ts';
import { command } from './testing/command-and-server.ts';

let model: TestProvider;
afterEach(() => model?.stop());

/** A model that remembers this text, and then answers. */
function remembering(text: string): Reply {
  return (response, received) => {
    const { messages } = received.body;
    const isAnswered = Array.isArray(messages) && messages.some(({ role }) => role === 'tool');
    const remember = call({ index: 0, id: 'a', name: 'remember', arguments: JSON.stringify({ text }) });
    return isAnswered ? says('Done.')(response, received) : stream(remember, finish('tool_calls'))(response, received);
  };
}

const crewOf = (base_url: string, memory: boolean) => ({
  format: 'crewlane/1',
  name: 'notes',
  settings: { provider: 'openai_compatible', model: 'm', base_url, memory, cache: 'read_write' },
  agents: [
    { name: 'ada', role: 'R', goal: 'G' },
    { name: 'bob', role: 'R', goal: 'G', memory: false },
  ],
  tasks: [
    { name: 'note', description: 'Note the valve.', expected_output: 'A step', agent: 'ada' },
    { name: 'other', description: 'Note the valve.', expected_output: 'A step', agent: 'bob' },
  ],
});

const firstPrompts = () =>
  model.received.map(({ body: { messages } }) => {
    const user = Array.isArray(messages) ? messages.find(({ role }) => role === 'user') : undefined;
    return String(user?.content);
  });

it('what an agent remembers is in the prompt of its next run, until a person deletes it', async () => {
  model = await TestProvider.start(remembering('Valve 7 is stiff.'));
  const file = await command.write('notes.crew.json', crewOf(model.baseUrl, true));
  const run = () => command.run(['run', file, '--trust', '--json']).then(runOf);
  const first = await run();
  const stored = (await eventsOf(first.run_dir)).filter(({ type }) => type === 'memory.stored');
  expect(stored).toEqual([expect.objectContaining({ task: 'note', agent: 'ada', text: 'Valve 7 is stiff.' })]);
  expect(firstPrompts()[0]).not.toContain('## Memory');
  const [name = ''] = await readdir(command.path('home', 'memory'));
  expect(name).toBe('notes.jsonl');
  const line: unknown = JSON.parse(await readFile(command.path('home', 'memory', name), 'utf8'));
  expect(line).toMatchObject({ text: 'Valve 7 is stiff.', agent: 'ada', task: 'note', run: first.run_id });

  model.received.length = 0;
  const second = await run();
  // A result that depends on the memory is not cached.
  expect(second.results.map(({ task, cached = false }) => [task, cached])).toEqual([
    ['note', false],
    ['other', true],
  ]);
  expect(firstPrompts()[0]).toMatch(/## Memory[\s\S]*\[memory [0-9a-f]{12}\] Valve 7 is stiff\. \(\d{4}-\d\d-\d\d\)/);

  const list = await command.run(['memory', file, '--list', '--json']);
  const items: { id: string }[] = JSON.parse(list.stdout);
  expect(items).toHaveLength(2);
  await appendFile(command.path('home', 'memory', name), '{"half');
  const text = await command.run(['memory', file]);
  expect([text.code, text.stdout.split('\n').length, text.stderr]).toEqual([
    0,
    3,
    expect.stringContaining('1 line of'),
  ]);
  const [one] = items;
  expect((await command.run(['memory', file, '--delete', one?.id ?? ''])).stderr).toBe(`Item ${one?.id} deleted.\n`);
  expect(problemsOf(await command.run(['memory', file, '--delete', 'none', '--json']))[0]?.code).toBe('memory');
  expect(problemsOf(await command.run(['memory', file, '--list', '--clear', '--json']))[0]?.code).toBe('usage');
  expect((await command.run(['memory', file, '--clear', '--json'])).stdout).toBe('{\n  "deleted": 1\n}\n');
  expect((await command.run(['memory', file])).stderr).toBe('The crew remembers nothing yet.\n');
});

it('a token that an agent remembers is stored as [redacted]', async () => {
  const token = 'tok-0123456789abcdefghij';
  model = await TestProvider.start(remembering(`Send Authorization: Bearer ${token} with each request.`));
  const file = await command.write('token.crew.json', { ...crewOf(model.baseUrl, true), name: 'with_token' });
  expect((await command.run(['run', file, '--trust', '--json'])).code).toBe(0);
  const stored = await readFile(command.path('home', 'memory', 'with_token.jsonl'), 'utf8');
  expect(stored).toContain('Send Authorization: Bearer [redacted] with each request.');
  expect(stored).not.toContain(token);
});

it('a replay contains the items of the recorded run, and a rehearsal stores none', async () => {
  model = await TestProvider.start(remembering('Prices are in euros.'));
  const file = await command.write('replayed.crew.json', { ...crewOf(model.baseUrl, true), name: 'replayed' });
  const recording = command.path('memory.jsonl');
  await command.run(['run', file, '--trust', '--json', '--no-cache']);
  const recorded = runOf(await command.run(['run', file, '--json', '--no-cache', '--record', recording]));
  await command.run(['memory', file, '--clear']);
  const replayed = runOf(await command.run(['run', file, '--json', '--no-cache', '--replay', recording]));
  expect(replayed.outcome).toBe('completed');
  expect(replayed.results.map(({ result }) => result)).toEqual(recorded.results.map(({ result }) => result));
  await command.run(['run', file, '--provider', 'rehearsal', '--json']);
  expect((await command.run(['memory', file])).stderr).toBe('The crew remembers nothing yet.\n');
});

it('a crew from elsewhere has a memory of its own', async () => {
  model = await TestProvider.start(remembering('Mine.'));
  const file = await command.write('elsewhere.crew.json', { ...crewOf(model.baseUrl, true), name: 'shared' });
  await command.run(['run', file, '--trust', '--json']);
  model.received.length = 0;
  const settings = { memory: true };
  const foreign = await command.write('foreign.crew.json', {
    ...crewOf(model.baseUrl, true),
    name: 'shared',
    settings,
  });
  const run = [
    'run',
    foreign,
    '--provider',
    'openai_compatible',
    '--base-url',
    model.baseUrl,
    '--model',
    'm',
    '--json',
  ];
  expect(runOf(await command.run(run)).outcome).toBe('completed');
  expect(firstPrompts()[0]).not.toContain('Mine.');
  expect(JSON.parse((await command.run(['memory', foreign, '--json'])).stdout)).toHaveLength(1);
  expect(JSON.parse((await command.run(['memory', file, '--json'])).stdout)).toHaveLength(1);
});
