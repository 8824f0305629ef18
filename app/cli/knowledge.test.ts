import { mkdir, writeFile } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { call, finish, type Reply, refusal, says, stream, TestProvider, whole } from '../models/testing/provider.ts';
import { pdf } from '../tools/documents/testing/documents.ts';
import { eventsOf, problemsOf, runOf } from './testing/built-command.ts';
import { command } from './testing/command-and-server.ts';

// Whole runs of the command with files that agents know.

let model: TestProvider;
afterEach(() => model?.stop());

/** A model that searches once, and then answers. `embeddings`: how it answers requests for them. */
function searching(query: string, embeddings: Reply): Reply {
  return (response, received) => {
    if (received.url.endsWith('/embeddings')) return embeddings(response, received);
    const { messages } = received.body;
    const isAnswered = Array.isArray(messages) && messages.some(({ role }) => role === 'tool');
    const search = call({
      index: 0,
      id: 'a',
      name: 'knowledge_search',
      arguments: JSON.stringify({ query, count: 1 }),
    });
    return isAnswered ? says('Done.')(response, received) : stream(search, finish('tool_calls'))(response, received);
  };
}

/** Embeds each text as its number of pumps. */
const ofPumps: Reply = (response, received) => {
  const { input } = received.body;
  const data = (Array.isArray(input) ? input : []).map((text: string, index) => {
    return { index, embedding: [text.match(/pump/gi)?.length ?? 0, 1] };
  });
  whole({ data, usage: { prompt_tokens: data.length } })(response, received);
};

const crewOf = (base_url: string, more: object = {}) => ({
  format: 'crewlane/1',
  name: 'know',
  settings: {
    ...{ provider: 'openai_compatible', model: 'm', base_url },
    knowledge: { results: 1, embeddings: 'openai_compatible/e' },
  },
  agents: [
    { name: 'ada', role: 'R', goal: 'G', tools: ['knowledge_search'] },
    { name: 'bob', role: 'R', goal: 'G', tools: ['knowledge_search'] },
  ],
  tasks: ['ada', 'bob'].map((agent) => ({
    ...{ name: `${agent}_work`, description: 'Say how to stop the pump.', expected_output: 'A step', agent },
  })),
  knowledge: [{ path: 'manuals', agents: ['ada'] }],
  ...more,
});

async function putManuals(folder: string): Promise<void> {
  await mkdir(command.path(folder, 'manuals'), { recursive: true });
  await writeFile(command.path(folder, 'manuals', 'pump.pdf'), pdf(['Contents', 'To stop the pump, close valve 7.']));
  await writeFile(command.path(folder, 'manuals', 'fan.md'), '# Fan\n\nThe fan cools the motor.');
}

/** The user prompts that the model received. */
const promptsTo = ({ received }: TestProvider) =>
  received.flatMap(({ body: { messages } }) => {
    const first = Array.isArray(messages) ? messages.find(({ role }) => role === 'user') : undefined;
    return first === undefined ? [] : [String(first.content)];
  });

it('an agent receives passages with its task and by the tool, and only of files that it knows', async () => {
  model = await TestProvider.start(searching('motor', ofPumps));
  await putManuals('one');
  const file = await command.write('one/know.crew.json', crewOf(model.baseUrl));
  const refused = await command.run(['run', file, '--json']);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain('Sends passages of the files manuals, next to the crew file, to its models.');
  expect(refused.stderr).toContain('Calls the model "e"');
  expect(model.received).toEqual([]);

  const run = runOf(await command.run(['run', file, '--trust', '--json']));
  expect(run.outcome).toBe('completed');
  const [ofAda = '', ofBob = ''] = promptsTo(model).filter((_, index) => index % 2 === 0);
  expect(ofAda).toContain('\n\n[manuals/pump.pdf p. 2] To stop the pump, close valve 7.');
  expect(ofBob).not.toContain('## Knowledge');
  const events = await eventsOf(run.run_dir);
  expect(events.filter(({ type }) => type === 'knowledge.indexed')).toEqual([
    expect.objectContaining({ pieces: 3, embeddings: { model: 'openai_compatible/e', tokens: 3 } }),
  ]);
  expect(events.filter(({ type }) => type === 'knowledge.used')).toEqual([
    expect.objectContaining({
      task: 'ada_work',
      by: 'prompt',
      passages: [{ source: 'manuals/pump.pdf p. 2', file: 'manuals/pump.pdf' }],
    }),
    expect.objectContaining({
      task: 'ada_work',
      by: 'tool',
      passages: [{ source: 'manuals/fan.md, Fan', file: 'manuals/fan.md' }],
    }),
  ]);
  expect(JSON.stringify(events)).not.toContain(command.folder);

  // A rerun repeats what was made with other knowledge.
  const stale = () => command.run(['rerun', run.run_dir, '--stale', '--json']);
  expect(problemsOf(await stale())[0]?.code).toBe('nothing_to_run');
  await writeFile(command.path('one', 'manuals', 'fan.md'), '# Fan\n\nThe fan is new.');
  const repeated = runOf(await stale());
  expect(repeated.results.filter(({ kept }) => kept === undefined).map(({ task }) => task)).toEqual(['ada_work']);
});

it('a run continues by words only if there are no embeddings, and reports it once', async () => {
  model = await TestProvider.start(searching('motor', refusal(401, 'wrong key')));
  await putManuals('two');
  const crew = crewOf(model.baseUrl, { knowledge: [{ path: 'manuals' }] });
  const file = await command.write('two/know.crew.json', crew);
  const output = await command.run(['run', file, '--trust', '--json']);
  expect(runOf(output).outcome).toBe('completed');
  expect(output.stderr.match(/passages are found by their words only/g)).toHaveLength(1);
  expect(model.received.filter(({ url }) => url.endsWith('/embeddings'))).toHaveLength(1);
  expect(promptsTo(model)[0]).toContain('[manuals/pump.pdf p. 2]');
});

it('a stored result is used only while the knowledge is the same, and a rehearsal reads knowledge without a model', async () => {
  model = await TestProvider.start(ofPumps);
  await putManuals('three');
  const crew = crewOf(model.baseUrl, { knowledge: [{ path: 'manuals' }] });
  const file = await command.write('three/know.crew.json', {
    ...crew,
    settings: { ...crew.settings, cache: 'read_write' },
  });
  const rehearse = async () => runOf(await command.run(['run', file, '--provider', 'rehearsal', '--json']));
  const first = await rehearse();
  expect((await eventsOf(first.run_dir)).map(({ type }) => type)).toContain('knowledge.used');
  expect((await rehearse()).results.map(({ cached }) => cached)).toEqual([true, true]);
  await writeFile(command.path('three', 'manuals', 'fan.md'), '# Fan\n\nAnother fan.');
  expect((await rehearse()).results.map(({ cached }) => cached ?? false)).toEqual([false, false]);
  expect(model.received).toEqual([]);
});

it('knowledge that names no file is a problem before the run', async () => {
  const paths = ['../a.md', '/etc/passwd', '.hidden/a.md', 'a\\b.md', 'missing/**'];
  const knowledge = paths.map((path) => ({ path }));
  const file = await command.write('bad.crew.json', crewOf('http://127.0.0.1:9/v1', { knowledge }));
  const { code, stderr } = await command.run(['run', file]);
  expect(code).toBe(2);
  for (const path of paths.slice(0, -1))
    expect(stderr).toContain(`Knowledge ${JSON.stringify(path).replace('\\\\', '\\')}`);
  const missing = await command.write(
    'missing.crew.json',
    crewOf('http://127.0.0.1:9/v1', { knowledge: [{ path: 'no/*' }] }),
  );
  expect(await command.run(['run', missing])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Knowledge "no/*" matches no file below the folder of the crew file.'),
  });
});

it('a replay gives the recorded passages, also after the files changed', async () => {
  model = await TestProvider.start(searching('motor', ofPumps));
  await putManuals('four');
  const file = await command.write('four/know.crew.json', crewOf(model.baseUrl));
  const recording = command.path('four', 'run.jsonl');
  const run = runOf(await command.run(['run', file, '--trust', '--json', '--record', recording]));
  expect(run.outcome).toBe('completed');
  const calls = model.received.length;
  await writeFile(command.path('four', 'manuals', 'fan.md'), '# Pump\n\nAnother pump, pump, pump.');
  const replayed = runOf(await command.run(['run', file, '--json', '--replay', recording]));
  expect(replayed.results.map(({ result }) => result)).toEqual(run.results.map(({ result }) => result));
  const used = (await eventsOf(replayed.run_dir)).find(({ type }) => type === 'knowledge.used');
  expect(used).toMatchObject({ by: 'prompt', passages: [{ source: 'manuals/pump.pdf p. 2' }] });
  expect(model.received).toHaveLength(calls);
});
