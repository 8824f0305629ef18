import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Ended, eventsOf, runOf, until } from './testing/built.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, callTool, ModelServer, type TaskGiven, taskOfAda } from './testing/model-server.ts';

beforeEach(async () => {
  await rm(command.path('workspace'), { recursive: true, force: true });
  await rm(join(command.home, 'cache'), { recursive: true, force: true });
});

const TASKS: TaskGiven[] = [
  { name: 'draft' },
  { name: 'facts', tools: ['file_reader'] },
  { name: 'polish', context: ['draft'] },
  { name: 'report', context: ['polish', 'facts'], output_file: 'report.md' },
];

async function write(tasks: readonly TaskGiven[] = TASKS, settings: object = { cache: 'read_write' }): Promise<string> {
  return command.write('cached.crew.json', {
    format: 'crewlane/1',
    name: 'cached',
    settings: { retries: { max: 0 }, ...settings },
    agents: [ADA],
    tasks: tasks.map(taskOfAda),
  });
}

function args(file: string, ...more: string[]): string[] {
  return ['run', file, '--base-url', server.baseUrl, '--model', 'm', '--trust', '--json', ...more];
}

async function run(file: string, ...more: string[]): Promise<Ended> {
  return command.run(args(file, ...more));
}

/** `facts` reads a file by its tool before it answers. */
function readFacts(): void {
  const usual = server.reply;
  server.reply = (response, asked) => {
    const isFirst = asked.task === 'facts' && !JSON.stringify(server.sent.at(-1)).includes('"tool"');
    if (isFirst) callTool(response, 'file_reader', { path: 'facts.txt' });
    else usual(response, asked);
  };
}

/** Which tasks the server was asked about since the last look, each once. */
function asked(): string[] {
  return [...new Set(server.asked.splice(0).map(({ task }) => task))].sort();
}

const fact = (text: string) => writeFile(command.path('workspace', 'facts.txt'), text);

describe('a crew with cache: read_write', () => {
  it('asks nothing the second time, and marks what it took everywhere', async () => {
    readFacts();
    const file = await write();
    await run(file);
    await fact('one');
    const first = runOf(await run(file));
    expect(asked()).toEqual(['draft', 'facts', 'polish', 'report']);
    await rm(command.path('workspace', 'report.md'));
    const out = command.path('cached-export');
    const ended = await run(file, '--out', out);
    const second = runOf(ended);
    expect(asked()).toEqual([]);
    expect(ended.code).toBe(0);
    expect(second).toMatchObject({ outcome: 'completed', cached_tasks: 4, tokens: 0, peak_concurrency: 0 });
    for (const result of second.results)
      expect(result).toMatchObject({ cached: true, attempts: 0, slot: null, started_s: null, degraded: false });
    expect(second.results.map(({ result }) => result)).toEqual(first.results.map(({ result }) => result));
    expect(ended.stderr).toContain('Draft completed, from the cache');
    expect(await readFile(command.path('workspace', 'report.md'), 'utf8')).toBe('report is done');
    expect(await readFile(join(out, 'facts_result.md'), 'utf8')).toContain(
      `from the cache: made by run \`${first.run_id}\``,
    );
  });

  it('asks again exactly what a changed file, description or result reaches', async () => {
    readFacts();
    await run(await write());
    await fact('one');
    await run(await write());
    asked();
    await fact('two');
    const changed = await run(await write());
    expect(asked()).toEqual(['facts']);
    const missed = (await eventsOf(runOf(changed).run_dir)).filter((event) => event.type === 'cache.missed');
    expect(missed).toMatchObject([{ task: 'facts', changed: ['facts.txt'] }]);
    await run(await write(TASKS.map((task) => (task.name === 'draft' ? { ...task, expected_output: 'Two' } : task))));
    expect(asked()).toEqual(['draft']);
    server.reply = (response, { task }) => answer(response, `${task} is another`);
    await run(await write(TASKS.map((task) => (task.name === 'draft' ? { ...task, expected_output: 'Three' } : task))));
    expect(asked()).toEqual(['draft', 'polish', 'report']);
    await run(await write(TASKS, { cache: 'read_write', temperature: 1 }));
    expect(asked()).toEqual(['draft', 'facts', 'polish', 'report']);
  });

  it('is told by --no-cache to ask everything, and by settings to read alone', async () => {
    const file = await write([{ name: 'draft' }, { name: 'other', cache: 'off' }]);
    await run(file);
    asked();
    await run(file, '--no-cache');
    expect(asked()).toEqual(['draft', 'other']);
    await run(file);
    expect(asked()).toEqual(['other']);
    const reading = await write([{ name: 'draft' }, { name: 'new' }], { cache: 'read' });
    await run(reading);
    expect(asked()).toEqual(['new']);
    await run(reading);
    expect(asked()).toEqual(['new']);
  });

  it('stores nothing degraded or looked up outside, unless the task itself says read_write', async () => {
    const usual = server.reply;
    server.reply = (response, given) => {
      const again = JSON.stringify(server.sent.at(-1)).includes('"tool"');
      if (given.task.startsWith('web') && !again) callTool(response, 'web_search', { query: 'bees' });
      else if (given.task === 'broken') response.writeHead(401).end('{}');
      else usual(response, given);
    };
    const tools = { tools: ['web_search'] };
    const tasks = [
      { name: 'web', ...tools },
      { name: 'web_kept', ...tools, cache: 'read_write' },
      { name: 'broken' },
      { name: 'after', context: ['broken'] },
    ];
    const file = await write(tasks);
    await run(file, '--trust');
    asked();
    const second = runOf(await run(file, '--trust'));
    expect(asked()).toEqual(['after', 'broken', 'web']);
    expect(second.results.filter(({ cached }) => cached).map(({ task }) => task)).toEqual(['web_kept']);
  });

  it('serves rehearsals alone from a rehearsal, and the address counts', async () => {
    const file = await write([{ name: 'draft' }]);
    await command.run(['run', file, '--json']);
    expect(runOf(await command.run(['run', file, '--json']))).toMatchObject({ rehearsal: true, cached_tasks: 1 });
    expect(runOf(await run(file))).toMatchObject({ rehearsal: false, cached_tasks: 0 });
    const elsewhere = await ModelServer.start();
    const other = await command.run(['run', file, '--base-url', elsewhere.baseUrl, '--model', 'm', '--json']);
    await elsewhere.close();
    expect(runOf(other).cached_tasks).toBe(0);
  });

  it('gives the named task of a rerun anew, and what is downstream from the cache where nothing changed', async () => {
    const file = await write([{ name: 'draft' }, { name: 'polish', context: ['draft'] }]);
    const { run_dir: dir } = runOf(await run(file));
    asked();
    const again = runOf(await command.run(['rerun', dir, '--from', 'draft', '--json']));
    expect(asked()).toEqual(['draft']);
    expect(again.results.map(({ cached }) => cached)).toEqual([false, true]);
  });

  it('goes on after kill -9 in the middle, and asks nothing twice that was stored', async () => {
    const hold = { polish: true };
    const usual = server.reply;
    server.reply = (response, given) => {
      if (given.task !== 'polish' || !hold.polish) usual(response, given);
    };
    const tasks = [{ name: 'draft' }, { name: 'polish', context: ['draft'] }, { name: 'last', context: ['polish'] }];
    const file = await write(tasks);
    const namesIn = (folder: string): Promise<string[]> => readdir(join(command.home, folder)).catch(() => []);
    const before = await namesIn('runs');
    const running = command.start(args(file));
    await until(
      async () => server.timesAsked('polish') === 1 && (await namesIn('cache')).some((name) => name.endsWith('.json')),
      () => 'polish is asked, and draft stored',
    );
    running.signal('SIGKILL');
    await running.ended;
    hold.polish = false;
    const id = (await namesIn('runs')).find((name) => !before.includes(name)) ?? '';
    const resumed = await command.run(['resume', join(command.home, 'runs', id), '--json']);
    expect(runOf(resumed)).toMatchObject({ outcome: 'completed', completed_tasks: 3 });
    expect([server.timesAsked('draft'), server.timesAsked('polish'), server.timesAsked('last')]).toEqual([1, 2, 1]);
    asked();
    expect(runOf(await run(file)).cached_tasks).toBe(3);
    expect(asked()).toEqual([]);
  });

  it('is listed and cleared by `cache`; an entry that cannot be read is none', async () => {
    const file = await write([{ name: 'draft' }, { name: 'other' }]);
    const { run_id } = runOf(await run(file));
    const listed = JSON.parse((await command.run(['cache', '--json'])).stdout);
    expect(listed).toHaveLength(2);
    expect(listed[0]).toMatchObject({ crew: 'cached', model: 'm', rehearsal: false, run_id });
    expect((await command.run(['cache'])).stdout).toContain(run_id);
    for (const name of await readdir(join(command.home, 'cache')))
      await writeFile(join(command.home, 'cache', name), '{"format": "crewlane-cache/1", "text": 3');
    asked();
    await run(file);
    expect(asked()).toEqual(['draft', 'other']);
    const cleared = await command.run(['cache', '--clear', '--json']);
    expect(JSON.parse(cleared.stdout)).toMatchObject({ removed: 2 });
    expect((await command.run(['cache'])).stderr).toContain('The cache in');
    await run(file);
    expect(asked()).toEqual(['draft', 'other']);
  });
});
