import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Ended, eventsOf, problemsOf, runOf } from './testing/built.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, callTool, refuse, type TaskGiven, taskOfAda } from './testing/model-server.ts';

/** `broken` is refused for good where the test says so; `after` needs it, `final` needs everything. */
const TASKS: TaskGiven[] = [
  { name: 'fine' },
  { name: 'broken' },
  { name: 'after', context: ['broken'] },
  { name: 'final', context: ['fine', 'after'] },
];

async function write(tasks: readonly TaskGiven[] = TASKS, more: Record<string, unknown> = {}): Promise<string> {
  return command.write('crew.crew.json', {
    format: 'crewlane/1',
    name: 'again',
    settings: { retries: { max: 0 } },
    agents: [ADA],
    tasks: tasks.map(taskOfAda),
    ...more,
  });
}

async function run(file: string, ...more: string[]): Promise<Ended> {
  return command.run(['run', file, '--base-url', server.baseUrl, '--model', 'm', '--json', ...more]);
}

function breakTask(name: string): () => void {
  const usual = server.reply;
  server.reply = (response, asked) => (asked.task === name ? refuse(response, 401) : usual(response, asked));
  return () => {
    server.reply = usual;
  };
}

/** Which tasks the server was asked about since the last look. */
function asked(): string[] {
  return server.asked
    .splice(0)
    .map(({ task }) => task)
    .sort();
}

function rerun(dir: string, ...args: string[]): Promise<Ended> {
  return command.run(['rerun', dir, '--json', ...args]);
}

describe('rerun', () => {
  it('--failed asks again what failed and what is downstream, and keeps the rest with its texts', async () => {
    const mend = breakTask('broken');
    const first = runOf(await run(await write()));
    expect(first).toMatchObject({ outcome: 'completed_degraded', failed_tasks: 1, degraded_tasks: 2 });
    expect(asked()).toEqual(['after', 'broken', 'final', 'fine']);
    mend();
    const ended = await rerun(first.run_dir, '--failed');
    expect(ended.stderr).toMatch(/Run again 3 of 4, keep 1/);
    const second = runOf(ended);
    expect(asked()).toEqual(['after', 'broken', 'final']);
    expect(ended.code).toBe(0);
    expect(second).toMatchObject({ outcome: 'completed', kept_tasks: 1, cached_tasks: 0, degraded_tasks: 0 });
    expect(second.results[0]).toMatchObject({
      task: 'fine',
      kept: true,
      attempts: 0,
      started_s: null,
      slot: null,
      result: 'fine is done',
    });
    expect(JSON.stringify(server.sent.at(-1))).toContain('fine is done');

    // The new run is its folder alone.
    await rm(first.run_dir, { recursive: true });
    const out = command.path('kept-export');
    expect((await command.run(['report', second.run_dir, '--out', out])).code).toBe(0);
    expect(await readFile(join(out, 'fine_result.md'), 'utf8')).toContain(`kept from run \`${first.run_id}\``);
    const third = runOf(await rerun(second.run_dir, '--from', 'after'));
    expect(asked()).toEqual(['after', 'final']);
    const started = (await eventsOf(third.run_dir)).filter((event) => event.type === 'task.completed');
    expect(started.map(({ task, kept }) => [task, kept]).slice(0, 2)).toEqual([
      ['fine', first.run_id],
      ['broken', second.run_id],
    ]);
  });

  it('--only asks one task again, --from what depends on it too, and without a choice everything is asked', async () => {
    const { run_dir: dir } = runOf(await run(await write()));
    asked();
    const only = runOf(await rerun(dir, '--only', 'after'));
    expect(asked()).toEqual(['after']);
    expect(only).toMatchObject({ outcome: 'completed', kept_tasks: 3 });
    const from = runOf(await rerun(dir, '--from', 'after', '--slots', '1'));
    expect(asked()).toEqual(['after', 'final']);
    expect(from.kept_tasks).toBe(2);
    const all = await rerun(dir);
    expect(asked()).toEqual(['after', 'broken', 'final', 'fine']);
    expect(runOf(all).kept_tasks).toBeUndefined();
    // A result that was made from an older one than there is by now is stale, whatever the file says.
    const stale = runOf(await rerun(only.run_dir, '--stale'));
    expect(asked()).toEqual(['final']);
    expect(stale.kept_tasks).toBe(3);
  });

  it('--stale compares with the file as it is now', async () => {
    const file = await write();
    const { run_dir: dir } = runOf(await run(file));
    const current = await rerun(dir, '--stale');
    expect([current.code, problemsOf(current)[0]?.code]).toEqual([2, 'nothing_to_run']);
    asked();
    const changed = TASKS.map((task) => (task.name === 'broken' ? { ...task, expected_output: 'Two words' } : task));
    await write([...changed, { name: 'new' }], { layout: { nodes: { 'task:fine': [3, 4] } } });
    const ended = await rerun(dir, '--stale');
    expect(asked()).toEqual(['after', 'broken', 'final', 'new']);
    expect(runOf(ended)).toMatchObject({ outcome: 'completed', total_tasks: 5, kept_tasks: 1 });
    // The others run the crew as it was run.
    expect(runOf(await rerun(dir, '--only', 'fine')).total_tasks).toBe(4);
  });

  it('--stale knows the files that were read, over more than one rerun, and those that the run itself wrote over', async () => {
    const usual = server.reply;
    server.reply = (response, given) => {
      const isFirst = !JSON.stringify(server.sent.at(-1)).includes('"tool"');
      const path = 'facts.txt';
      if (isFirst && given.task === 'reads') callTool(response, 'file_reader', { path });
      else if (isFirst && given.task === 'writes') callTool(response, 'file_writer', { path, content: 'two' });
      else usual(response, given);
    };
    const tools = { tools: ['file_reader', 'file_writer'] };
    const tasks = [{ name: 'reads', ...tools }, { name: 'writes', context: ['reads'], ...tools }, { name: 'other' }];
    const file = await write(tasks);
    const facts = command.path('workspace', 'facts.txt');
    await mkdir(command.path('workspace'), { recursive: true });
    await writeFile(facts, 'one');
    const { run_dir: first } = runOf(await run(file, '--trust'));
    const again = runOf(await rerun(first, '--only', 'other'));
    asked();
    expect(problemsOf(await rerun(again.run_dir, '--stale'))[0]?.code).toBe('nothing_to_run');
    await writeFile(facts, 'three');
    const stale = await rerun(again.run_dir, '--stale');
    expect([...new Set(asked())]).toEqual(['reads', 'writes']);
    expect(runOf(stale)).toMatchObject({ outcome: 'completed', kept_tasks: 1 });
  });

  it('knows a task however its letters are put together', async () => {
    const { run_dir: dir } = runOf(await run(await write([{ name: 'étude' }, { name: 'other' }])));
    asked();
    expect(runOf(await rerun(dir, '--only', 'étude'.normalize('NFD')))).toMatchObject({ outcome: 'completed' });
    expect(asked()).toEqual(['étude']);
  });

  it('is refused, with nothing started, for a wrong task, two choices at once, and where nothing failed', async () => {
    const { run_dir: dir } = runOf(await run(await write()));
    const before = await command.run(['runs', '--json']);
    const codes = async (...args: string[]) => {
      const ended = await rerun(dir, ...args);
      return [ended.code, problemsOf(ended)[0]?.code];
    };
    expect(await codes('--from', 'nobody')).toEqual([2, 'unknown_task']);
    expect((await rerun(dir, '--only', 'nobody')).stderr).toContain('fine, broken, after, final');
    expect(await codes('--failed', '--stale')).toEqual([2, 'usage']);
    expect(await codes('--failed')).toEqual([2, 'nothing_to_run']);
    expect((await command.run(['runs', '--json'])).stdout).toBe(before.stdout);
  });

  it('of a rehearsal is a rehearsal, and the file asking a real model by now keeps nothing of it', async () => {
    const file = await write();
    const { run_dir: dir } = runOf(await command.run(['run', file, '--json']));
    expect(runOf(await rerun(dir, '--only', 'fine'))).toMatchObject({ rehearsal: true, kept_tasks: 3 });
    await write(TASKS, { settings: { base_url: server.baseUrl, model: 'm' } });
    expect(problemsOf(await rerun(dir, '--stale')).map(({ code }) => code)).toContain('consent');
    const real = runOf(await rerun(dir, '--stale', '--trust'));
    expect(real).toMatchObject({ rehearsal: false, completed_tasks: 4 });
    expect(real.kept_tasks).toBeUndefined();
    expect(asked()).toHaveLength(4);
  });
});
