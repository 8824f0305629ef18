import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listedSlots } from '../engine/testing/listed-slots.ts';
import { eventsOf, isRunning, problemsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, taskOfAda } from './testing/model-server.ts';
import { until } from './testing/running-command.ts';

const QUICK = ['quick_1', 'quick_2', 'quick_3'];
const SLOW = ['slow_1', 'slow_2'];

/** Three tasks that are answered immediately, two that the test blocks, and one that depends on all five. */
async function makeCrew(): Promise<string> {
  const task = (name: string, context: string[] = []) => taskOfAda({ name, context });
  return command.write('crew.crew.json', {
    format: 'crewlane/1',
    name: 'interrupted',
    // A killed slot can get a task before its end is noticed, which costs one more attempt.
    settings: { retries: { max: 8, base_s: 0, cap_s: 0 } },
    agents: [ADA],
    tasks: [...QUICK, ...SLOW].map((name) => task(name)).concat(task('last', [...QUICK, ...SLOW])),
  });
}

function blockSlowTasks(): () => void {
  const usual = server.reply;
  server.reply = (response, call) => {
    if (!SLOW.includes(call.task)) usual(response, call);
  };
  return () => {
    server.reply = usual;
  };
}

async function startBlocked() {
  const before = await runFolders();
  const release = blockSlowTasks();
  const file = await makeCrew();
  const running = command.start(['run', file, '--slots', '4', '--base-url', server.baseUrl, '--model', 'm', '--json']);
  for (const name of ['Quick 1', 'Quick 2', 'Quick 3']) await running.waitForStderr(`${name} completed`);
  await until(
    () => SLOW.every((name) => server.callsOf(name) === 1),
    () => 'both slow tasks have called the server',
  );
  const dir = (await runFolders()).find((path) => !before.includes(path)) ?? '';
  // Fewer slots could have done all the work so far.
  await until(
    async () => (await listedSlots(dir)).length >= 4,
    () => 'all four slots have started',
  );
  return { running, release, dir };
}

async function runFolders(): Promise<string[]> {
  const runs = join(command.home, 'runs');
  return (await readdir(runs).catch(() => [])).map((name) => join(runs, name));
}

function callsOf(): Record<string, number> {
  return Object.fromEntries([...QUICK, ...SLOW, 'last'].map((name) => [name, server.callsOf(name)]));
}

describe('an interrupted run', () => {
  it('A run exits with 3 at SIGINT, and a resume repeats no answered call.', async () => {
    const { running, release, dir } = await startBlocked();
    running.signal('SIGINT');
    const ended = await running.ended;
    expect(ended.code).toBe(3);
    expect(runOf(ended)).toMatchObject({ outcome: 'interrupted', reason: 'signal', run_dir: dir, pending_tasks: 3 });
    expect(ended.stderr).toContain(`resume ${dir}`);

    release();
    const resumed = await command.run(['resume', dir, '--json']);
    expect(resumed.code).toBe(0);
    expect(runOf(resumed)).toMatchObject({ outcome: 'completed', completed_tasks: 6 });
    expect(callsOf()).toEqual({ quick_1: 1, quick_2: 1, quick_3: 1, slow_1: 2, slow_2: 2, last: 1 });
    await cp(dir, command.path('copy'), { recursive: true });
    const copied = await command.run(['resume', command.path('copy'), '--json']);
    expect([copied.code, problemsOf(copied)[0]?.code]).toEqual([2, 'consent']);
    const again = await command.run(['resume', dir, '--json']);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('finished');
  });

  it('A run is interrupted gracefully when its terminal is closed.', async () => {
    const { running, dir } = await startBlocked();
    running.signal('SIGHUP');
    expect((await running.ended).code).toBe(3);
    expect((await eventsOf(dir)).at(-1)).toMatchObject({ type: 'run.interrupted' });
  });

  it('A run exits immediately at a second signal and leaves no process.', async () => {
    const { running, dir } = await startBlocked();
    const pids = await listedSlots(dir);
    running.signal('SIGTERM');
    await running.waitForStderr('second signal');
    running.signal('SIGTERM');
    expect((await running.ended).code).toBe(3);
    await until(
      () => !pids.some(isRunning),
      () => `slot processes have exited: ${pids}`,
    );
  });

  it('After kill -9 of the command, no process remains, and a resume repeats no acknowledged call.', async () => {
    const { running, release, dir } = await startBlocked();
    running.signal('SIGKILL');
    await running.ended;
    const pids = await listedSlots(dir);
    expect(pids.length).toBeGreaterThanOrEqual(4);
    await until(
      () => !pids.some(isRunning),
      () => `slot processes have exited: ${pids}`,
    );

    release();
    const resumed = await command.run(['resume', dir, '--json']);
    expect(resumed.code).toBe(0);
    const run = runOf(resumed);
    expect(run).toMatchObject({ outcome: 'completed', completed_tasks: 6, failed_tasks: 0 });
    expect(callsOf()).toEqual({ quick_1: 1, quick_2: 1, quick_3: 1, slow_1: 2, slow_2: 2, last: 1 });
    const attempts = Object.fromEntries(run.results.map(({ task, attempts }) => [task, attempts]));
    expect(attempts).toEqual({ quick_1: 1, quick_2: 1, quick_3: 1, slow_1: 2, slow_2: 2, last: 1 });
  });

  it('Killed slots are replaced and their tasks repeated.', async () => {
    const { running, release, dir } = await startBlocked();
    release();
    for (const pid of await listedSlots(dir)) process.kill(pid, 'SIGKILL');
    await running.waitForStderr('Slow 1 completed');
    expect(server.callsOf('slow_1')).toBe(2);
    running.signal('SIGINT');
    await running.ended;
    const ends = (await eventsOf(dir)).filter((event) => event.type === 'attempt.ended');
    const crashed = ends
      .filter(({ result, attempt }) => result === 'crash' && attempt === 1)
      .map(({ task, attempt, kind }) => [task, attempt, kind]);
    expect(crashed.sort()).toEqual(SLOW.map((task) => [task, 1, 'crash']));
  });
});

/** Mounts a file system of 512 KiB. @returns false if this user may not mount */
function mountSmall(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function fillUp(folder: string): void {
  try {
    writeFileSync(join(folder, 'filling'), Buffer.alloc(1024 * 1024));
  } catch {
    // The file system is full.
  }
}

describe('a run whose disk fills up', () => {
  it('A run on a full disk exits with 3 and reports why, although its journal cannot.', async () => {
    const home = command.path('small');
    await mkdir(home);
    if (!mountSmall(home)) return; // Only a user with permission to mount can run this test.
    try {
      server.reply = (response, { task }) => {
        if (task === 'slow_1') fillUp(home);
        answer(response, 'word '.repeat(10_000));
      };
      const args = ['run', await makeCrew(), '--slots', '1', '--base-url', server.baseUrl, '--model', 'm', '--json'];
      const ended = await command.start(args, { CREWLANE_HOME: home }).ended;
      expect(ended.code).toBe(3);
      expect(ended.stderr).toContain('ENOSPC');
      expect(runOf(ended)).toMatchObject({ outcome: 'interrupted', reason: 'disk' });
      const refused = await command.run(args, { CREWLANE_HOME: home });
      expect([refused.code, problemsOf(refused)[0]?.code]).toEqual([2, 'disk']);
      expect(refused.stderr).not.toContain('in use');
    } finally {
      execFileSync('umount', ['-l', home]);
    }
  });
});

describe('a run with a working provider', () => {
  it('The JSON output contains the answer of the server.', async () => {
    server.reply = (response, { task }) => answer(response, `word of ${task}`);
    const ended = await command.run(['run', await makeCrew(), '--base-url', server.baseUrl, '--model', 'm', '--json']);
    expect(runOf(ended).results.find(({ task }) => task === 'last')?.result).toBe('word of last');
  });
});
