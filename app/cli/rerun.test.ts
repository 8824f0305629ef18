import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CommandOutput, eventsOf, problemsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, callTool, refuse, type TaskFields, taskOfAda } from './testing/model-server.ts';

/** The tests can make `broken` fail; `after` depends on it, and `final` depends on `fine` and `after`. */
const TASKS: TaskFields[] = [
  { name: 'fine' },
  { name: 'broken' },
  { name: 'after', context: ['broken'] },
  { name: 'final', context: ['fine', 'after'] },
];

async function write(tasks: readonly TaskFields[] = TASKS, more: Record<string, unknown> = {}): Promise<string> {
  return command.write('crew.crew.json', {
    format: 'crewlane/1',
    name: 'again',
    settings: { retries: { max: 0 } },
    agents: [ADA],
    tasks: tasks.map(taskOfAda),
    ...more,
  });
}

async function run(file: string, ...more: string[]): Promise<CommandOutput> {
  return command.run(['run', file, '--base-url', server.baseUrl, '--model', 'm', '--json', ...more]);
}

function breakTask(name: string): () => void {
  const usual = server.reply;
  server.reply = (response, call) => (call.task === name ? refuse(response, 401) : usual(response, call));
  return () => {
    server.reply = usual;
  };
}

/** The tasks that the server was called for since the last call of this function. */
function calledTasks(): string[] {
  return server.calls
    .splice(0)
    .map(({ task }) => task)
    .sort();
}

function rerun(dir: string, ...args: string[]): Promise<CommandOutput> {
  return command.run(['rerun', dir, '--json', ...args]);
}

describe('rerun', () => {
  it('rerun --failed repeats failed tasks and their dependents, and reuses the other results.', async () => {
    const repair = breakTask('broken');
    const first = runOf(await run(await write()));
    expect(first).toMatchObject({ outcome: 'completed_degraded', failed_tasks: 1, degraded_tasks: 2 });
    expect(calledTasks()).toEqual(['after', 'broken', 'final', 'fine']);
    repair();
    const ended = await rerun(first.run_dir, '--failed');
    expect(ended.stderr).toMatch(/Run again 3 of 4, reuse 1/);
    const second = runOf(ended);
    expect(calledTasks()).toEqual(['after', 'broken', 'final']);
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

    // The new run does not need the folder of the earlier run.
    await rm(first.run_dir, { recursive: true });
    const out = command.path('reused-export');
    expect((await command.run(['report', second.run_dir, '--out', out])).code).toBe(0);
    expect(await readFile(join(out, 'fine_result.md'), 'utf8')).toContain(`reused from run \`${first.run_id}\``);
    const third = runOf(await rerun(second.run_dir, '--from', 'after'));
    expect(calledTasks()).toEqual(['after', 'final']);
    const started = (await eventsOf(third.run_dir)).filter((event) => event.type === 'task.completed');
    expect(started.map(({ task, kept }) => [task, kept]).slice(0, 2)).toEqual([
      ['fine', first.run_id],
      ['broken', second.run_id],
    ]);
  });

  it('rerun --only repeats one task, --from also its dependents, and no option everything.', async () => {
    const { run_dir: dir } = runOf(await run(await write()));
    calledTasks();
    const only = runOf(await rerun(dir, '--only', 'after'));
    expect(calledTasks()).toEqual(['after']);
    expect(only).toMatchObject({ outcome: 'completed', kept_tasks: 3 });
    const from = runOf(await rerun(dir, '--from', 'after', '--slots', '1'));
    expect(calledTasks()).toEqual(['after', 'final']);
    expect(from.kept_tasks).toBe(2);
    const all = await rerun(dir);
    expect(calledTasks()).toEqual(['after', 'broken', 'final', 'fine']);
    expect(runOf(all).kept_tasks).toBeUndefined();
    // A result that was made from an older context result is stale, even if the crew file did not change.
    const stale = runOf(await rerun(only.run_dir, '--stale'));
    expect(calledTasks()).toEqual(['final']);
    expect(stale.kept_tasks).toBe(3);
  });

  it('rerun --stale compares the run with the current crew file.', async () => {
    const file = await write();
    const { run_dir: dir } = runOf(await run(file));
    const current = await rerun(dir, '--stale');
    expect([current.code, problemsOf(current)[0]?.code]).toEqual([2, 'nothing_to_run']);
    calledTasks();
    const changed = TASKS.map((task) => (task.name === 'broken' ? { ...task, expected_output: 'Two words' } : task));
    await write([...changed, { name: 'new' }], { layout: { nodes: { 'task:fine': [3, 4] } } });
    const ended = await rerun(dir, '--stale');
    expect(calledTasks()).toEqual(['after', 'broken', 'final', 'new']);
    expect(runOf(ended)).toMatchObject({ outcome: 'completed', total_tasks: 5, kept_tasks: 1 });
    // Without --stale, a rerun uses the crew as it was run.
    expect(runOf(await rerun(dir, '--only', 'fine')).total_tasks).toBe(4);
  });

  it('rerun --stale considers files that were read or overwritten, across several reruns.', async () => {
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
    calledTasks();
    expect(problemsOf(await rerun(again.run_dir, '--stale'))[0]?.code).toBe('nothing_to_run');
    await writeFile(facts, 'three');
    const stale = await rerun(again.run_dir, '--stale');
    expect([...new Set(calledTasks())]).toEqual(['reads', 'writes']);
    expect(runOf(stale)).toMatchObject({ outcome: 'completed', kept_tasks: 1 });
  });

  it('rerun --only matches a task name in any Unicode normalization.', async () => {
    const { run_dir: dir } = runOf(await run(await write([{ name: 'étude' }, { name: 'other' }])));
    calledTasks();
    expect(runOf(await rerun(dir, '--only', 'étude'.normalize('NFD')))).toMatchObject({ outcome: 'completed' });
    expect(calledTasks()).toEqual(['étude']);
  });

  it('A rerun is refused for an unknown task, two options at once, or if nothing failed.', async () => {
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

  it('A rerun of a rehearsal is a rehearsal, and a real model reuses none of its results.', async () => {
    const file = await write();
    const { run_dir: dir } = runOf(await command.run(['run', file, '--json']));
    expect(runOf(await rerun(dir, '--only', 'fine'))).toMatchObject({ rehearsal: true, kept_tasks: 3 });
    await write(TASKS, { settings: { base_url: server.baseUrl, model: 'm' } });
    expect(problemsOf(await rerun(dir, '--stale')).map(({ code }) => code)).toContain('consent');
    const real = runOf(await rerun(dir, '--stale', '--trust'));
    expect(real).toMatchObject({ rehearsal: false, completed_tasks: 4 });
    expect(real.kept_tasks).toBeUndefined();
    expect(calledTasks()).toHaveLength(4);
  });
});
