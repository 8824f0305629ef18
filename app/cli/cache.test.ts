import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CommandOutput, eventsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, callTool, ModelServer, type TaskFields, taskOfAda } from './testing/model-server.ts';
import { until } from './testing/running-command.ts';

beforeEach(async () => {
  await rm(command.path('workspace'), { recursive: true, force: true });
  await rm(join(command.home, 'cache'), { recursive: true, force: true });
});

const TASKS: TaskFields[] = [
  { name: 'draft' },
  { name: 'facts', tools: ['file_reader'] },
  { name: 'polish', context: ['draft'] },
  { name: 'report', context: ['polish', 'facts'], output_file: 'report.md' },
];

async function write(
  tasks: readonly TaskFields[] = TASKS,
  settings: object = { cache: 'read_write' },
): Promise<string> {
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

async function run(file: string, ...more: string[]): Promise<CommandOutput> {
  return command.run(args(file, ...more));
}

/** Makes the task `facts` read a file with a tool before it answers. */
function readFacts(): void {
  const usual = server.reply;
  server.reply = (response, call) => {
    const isFirst = call.task === 'facts' && !JSON.stringify(server.sent.at(-1)).includes('"tool"');
    if (isFirst) callTool(response, 'file_reader', { path: 'facts.txt' });
    else usual(response, call);
  };
}

/** The distinct tasks that the server was called for since the last call of this function. */
function calledTasks(): string[] {
  return [...new Set(server.calls.splice(0).map(({ task }) => task))].sort();
}

const fact = (text: string) => writeFile(command.path('workspace', 'facts.txt'), text);

describe('a crew with cache: read_write', () => {
  it('A second run calls no model, and all outputs mark the cached results.', async () => {
    readFacts();
    const file = await write();
    await run(file);
    await fact('one');
    const first = runOf(await run(file));
    expect(calledTasks()).toEqual(['draft', 'facts', 'polish', 'report']);
    await rm(command.path('workspace', 'report.md'));
    const out = command.path('cached-export');
    const ended = await run(file, '--out', out);
    const second = runOf(ended);
    expect(calledTasks()).toEqual([]);
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

  it('A changed file, description or result repeats exactly the tasks that it affects.', async () => {
    readFacts();
    await run(await write());
    await fact('one');
    await run(await write());
    calledTasks();
    await fact('two');
    const changed = await run(await write());
    expect(calledTasks()).toEqual(['facts']);
    const missed = (await eventsOf(runOf(changed).run_dir)).filter((event) => event.type === 'cache.missed');
    expect(missed).toMatchObject([{ task: 'facts', changed: ['facts.txt'] }]);
    await run(await write(TASKS.map((task) => (task.name === 'draft' ? { ...task, expected_output: 'Two' } : task))));
    expect(calledTasks()).toEqual(['draft']);
    server.reply = (response, { task }) => answer(response, `${task} is another`);
    await run(await write(TASKS.map((task) => (task.name === 'draft' ? { ...task, expected_output: 'Three' } : task))));
    expect(calledTasks()).toEqual(['draft', 'polish', 'report']);
    await run(await write(TASKS, { cache: 'read_write', temperature: 1 }));
    expect(calledTasks()).toEqual(['draft', 'facts', 'polish', 'report']);
  });

  it('--no-cache calls every model, and cache: read stores nothing.', async () => {
    const file = await write([{ name: 'draft' }, { name: 'other', cache: 'off' }]);
    await run(file);
    calledTasks();
    await run(file, '--no-cache');
    expect(calledTasks()).toEqual(['draft', 'other']);
    await run(file);
    expect(calledTasks()).toEqual(['other']);
    const reading = await write([{ name: 'draft' }, { name: 'new' }], { cache: 'read' });
    await run(reading);
    expect(calledTasks()).toEqual(['new']);
    await run(reading);
    expect(calledTasks()).toEqual(['new']);
  });

  it('Degraded results and results from the web are not cached, unless the task sets read_write.', async () => {
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
      { name: 'web_cached', ...tools, cache: 'read_write' },
      { name: 'broken' },
      { name: 'after', context: ['broken'] },
    ];
    const file = await write(tasks);
    await run(file, '--trust');
    calledTasks();
    const second = runOf(await run(file, '--trust'));
    expect(calledTasks()).toEqual(['after', 'broken', 'web']);
    expect(second.results.filter(({ cached }) => cached).map(({ task }) => task)).toEqual(['web_cached']);
  });

  it('Rehearsed results serve only rehearsals, and another base URL is a cache miss.', async () => {
    const file = await write([{ name: 'draft' }]);
    await command.run(['run', file, '--json']);
    expect(runOf(await command.run(['run', file, '--json']))).toMatchObject({ rehearsal: true, cached_tasks: 1 });
    expect(runOf(await run(file))).toMatchObject({ rehearsal: false, cached_tasks: 0 });
    const elsewhere = await ModelServer.start();
    const other = await command.run(['run', file, '--base-url', elsewhere.baseUrl, '--model', 'm', '--json']);
    await elsewhere.close();
    expect(runOf(other).cached_tasks).toBe(0);
  });

  it('A rerun with --from bypasses the cache for the named task and uses it for unchanged dependents.', async () => {
    const file = await write([{ name: 'draft' }, { name: 'polish', context: ['draft'] }]);
    const { run_dir: dir } = runOf(await run(file));
    calledTasks();
    const again = runOf(await command.run(['rerun', dir, '--from', 'draft', '--json']));
    expect(calledTasks()).toEqual(['draft']);
    expect(again.results.map(({ cached }) => cached)).toEqual([false, true]);
  });

  it('A run resumed after kill -9 does not repeat cached tasks.', async () => {
    const blocked = { polish: true };
    const usual = server.reply;
    server.reply = (response, given) => {
      if (given.task !== 'polish' || !blocked.polish) usual(response, given);
    };
    const tasks = [{ name: 'draft' }, { name: 'polish', context: ['draft'] }, { name: 'last', context: ['polish'] }];
    const file = await write(tasks);
    const namesIn = (folder: string): Promise<string[]> => readdir(join(command.home, folder)).catch(() => []);
    const before = await namesIn('runs');
    const running = command.start(args(file));
    await until(
      async () => server.callsOf('polish') === 1 && (await namesIn('cache')).some((name) => name.endsWith('.json')),
      () => 'polish is called and draft is cached',
    );
    running.signal('SIGKILL');
    await running.ended;
    blocked.polish = false;
    const id = (await namesIn('runs')).find((name) => !before.includes(name)) ?? '';
    const resumed = await command.run(['resume', join(command.home, 'runs', id), '--json']);
    expect(runOf(resumed)).toMatchObject({ outcome: 'completed', completed_tasks: 3 });
    expect([server.callsOf('draft'), server.callsOf('polish'), server.callsOf('last')]).toEqual([1, 2, 1]);
    calledTasks();
    expect(runOf(await run(file)).cached_tasks).toBe(3);
    expect(calledTasks()).toEqual([]);
  });

  it('The cache command lists and clears entries, and an unreadable entry is a cache miss.', async () => {
    const file = await write([{ name: 'draft' }, { name: 'other' }]);
    const { run_id } = runOf(await run(file));
    const listed = JSON.parse((await command.run(['cache', '--json'])).stdout);
    expect(listed).toHaveLength(2);
    expect(listed[0]).toMatchObject({ crew: 'cached', model: 'm', rehearsal: false, run_id });
    expect((await command.run(['cache'])).stdout).toContain(run_id);
    for (const name of await readdir(join(command.home, 'cache')))
      await writeFile(join(command.home, 'cache', name), '{"format": "crewlane-cache/1", "text": 3');
    calledTasks();
    await run(file);
    expect(calledTasks()).toEqual(['draft', 'other']);
    const cleared = await command.run(['cache', '--clear', '--json']);
    expect(JSON.parse(cleared.stdout)).toMatchObject({ removed: 2 });
    expect((await command.run(['cache'])).stderr).toContain('The cache in');
    await run(file);
    expect(calledTasks()).toEqual(['draft', 'other']);
  });
});
