import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../shared/run/events.ts';
import { eventsOf, isRunning, problemsOf, runOf, until } from './testing/built.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, taskOfAda } from './testing/model-server.ts';

const QUICK = ['quick_1', 'quick_2', 'quick_3'];
const SLOW = ['slow_1', 'slow_2'];

/** Three tasks that are answered at once, two that are answered when the test lets them, and one that needs all. */
async function crew(): Promise<string> {
  const task = (name: string, context: string[] = []) => taskOfAda({ name, context });
  return command.write('crew.crew.json', {
    format: 'crewlane/1',
    name: 'cut_off',
    settings: { retries: { base_s: 0, cap_s: 0 } },
    agents: [ADA],
    tasks: [...QUICK, ...SLOW].map((name) => task(name)).concat(task('last', [...QUICK, ...SLOW])),
  });
}

function holdSlowTasks(): () => void {
  const at = server.reply;
  server.reply = (response, asked) => {
    if (!SLOW.includes(asked.task)) at(response, asked);
  };
  return () => {
    server.reply = at;
  };
}

async function startHeld() {
  const before = await runFolders();
  const letGo = holdSlowTasks();
  const file = await crew();
  const running = command.start(['run', file, '--slots', '4', '--base-url', server.baseUrl, '--model', 'm', '--json']);
  for (const name of ['Quick 1', 'Quick 2', 'Quick 3']) await running.said(`${name} completed`);
  await until(
    () => SLOW.every((name) => server.timesAsked(name) === 1),
    () => 'both slow tasks are asked',
  );
  const dir = (await runFolders()).find((path) => !before.includes(path)) ?? '';
  // Fewer may have done all that was to be done.
  await until(
    async () => slotPids(await eventsOf(dir)).length >= 4,
    () => 'all four slots have started',
  );
  return { running, letGo, dir };
}

async function runFolders(): Promise<string[]> {
  const runs = join(command.home, 'runs');
  return (await readdir(runs).catch(() => [])).map((name) => join(runs, name));
}

function slotPids(events: readonly RunEvent[]): number[] {
  return events.flatMap((event) => (event.type === 'slot.started' ? [event.pid] : []));
}

function timesAsked(): Record<string, number> {
  return Object.fromEntries([...QUICK, ...SLOW, 'last'].map((name) => [name, server.timesAsked(name)]));
}

describe('a run that is cut off', () => {
  it('ends with 3 at SIGINT, can be resumed, and asks nothing again that was answered', async () => {
    const { running, letGo, dir } = await startHeld();
    running.signal('SIGINT');
    const ended = await running.ended;
    expect(ended.code).toBe(3);
    expect(runOf(ended)).toMatchObject({ outcome: 'interrupted', reason: 'signal', run_dir: dir, pending_tasks: 3 });
    expect(ended.stderr).toContain(`resume ${dir}`);

    letGo();
    const resumed = await command.run(['resume', dir, '--json']);
    expect(resumed.code).toBe(0);
    expect(runOf(resumed)).toMatchObject({ outcome: 'completed', completed_tasks: 6 });
    expect(timesAsked()).toEqual({ quick_1: 1, quick_2: 1, quick_3: 1, slow_1: 2, slow_2: 2, last: 1 });
    await cp(dir, command.path('copy'), { recursive: true });
    const copied = await command.run(['resume', command.path('copy'), '--json']);
    expect([copied.code, problemsOf(copied)[0]?.code]).toEqual([2, 'consent']);
    const again = await command.run(['resume', dir, '--json']);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('finished');
  });

  it('ends in order when its terminal is closed', async () => {
    const { running, dir } = await startHeld();
    running.signal('SIGHUP');
    expect((await running.ended).code).toBe(3);
    expect((await eventsOf(dir)).at(-1)).toMatchObject({ type: 'run.interrupted' });
  });

  it('ends at once at a second signal, and leaves no process', async () => {
    const { running, dir } = await startHeld();
    running.signal('SIGTERM');
    await running.said('second signal');
    running.signal('SIGTERM');
    expect((await running.ended).code).toBe(3);
    const pids = slotPids(await eventsOf(dir));
    await until(
      () => !pids.some(isRunning),
      () => `slots are gone: ${pids}`,
    );
  });

  it('goes on after kill -9 of the command: no orphan, nothing that was acknowledged is asked again', async () => {
    const { running, letGo, dir } = await startHeld();
    running.signal('SIGKILL');
    await running.ended;
    const pids = slotPids(await eventsOf(dir));
    expect(pids.length).toBeGreaterThanOrEqual(4);
    await until(
      () => !pids.some(isRunning),
      () => `slots are gone: ${pids}`,
    );

    letGo();
    const resumed = await command.run(['resume', dir, '--json']);
    expect(resumed.code).toBe(0);
    const run = runOf(resumed);
    expect(run).toMatchObject({ outcome: 'completed', completed_tasks: 6, failed_tasks: 0 });
    expect(timesAsked()).toEqual({ quick_1: 1, quick_2: 1, quick_3: 1, slow_1: 2, slow_2: 2, last: 1 });
    const attempts = Object.fromEntries(run.results.map(({ task, attempts }) => [task, attempts]));
    expect(attempts).toEqual({ quick_1: 1, quick_2: 1, quick_3: 1, slow_1: 2, slow_2: 2, last: 1 });
  });

  it('replaces a slot that is killed and does its task again', async () => {
    const { running, letGo, dir } = await startHeld();
    const events = await eventsOf(dir);
    const start = events.find((event) => event.type === 'attempt.started' && event.task === 'slow_1');
    const slot = start?.type === 'attempt.started' ? start.slot : 0;
    const pid = events.findLast((event) => event.type === 'slot.started' && event.slot === slot);
    if (pid?.type !== 'slot.started') throw new Error('The task runs in no slot.');
    letGo();
    process.kill(pid.pid, 'SIGKILL');
    await running.said('Slow 1 completed');
    expect(server.timesAsked('slow_1')).toBe(2);
    running.signal('SIGINT');
    await running.ended;
    const crash = (await eventsOf(dir)).find((event) => event.type === 'attempt.ended' && event.result === 'crash');
    expect(crash).toMatchObject({ task: 'slow_1', attempt: 1, kind: 'crash' });
  });
});

/** A file system of 512 KiB, where this user may make one. */
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
    // It is full now.
  }
}

describe('a run whose disk fills up', () => {
  it('ends with 3 and tells why, though its journal cannot', async () => {
    const home = command.path('small');
    await mkdir(home);
    if (!mountSmall(home)) return; // Only a user who may mount can have a disk that fills up.
    try {
      server.reply = (response, { task }) => {
        if (task === 'slow_1') fillUp(home);
        answer(response, 'word '.repeat(10_000));
      };
      const args = ['run', await crew(), '--slots', '1', '--base-url', server.baseUrl, '--model', 'm', '--json'];
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

describe('a command that answers each task', () => {
  it('is told what the server said', async () => {
    server.reply = (response, { task }) => answer(response, `word of ${task}`);
    const ended = await command.run(['run', await crew(), '--base-url', server.baseUrl, '--model', 'm', '--json']);
    expect(runOf(ended).results.find(({ task }) => task === 'last')?.result).toBe('word of last');
  });
});
