import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeLock } from './lock.ts';
import { identify, isAlive } from './process-identity.ts';

let dir: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crewlane-lock-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

const path = () => join(dir, 'lock.json');

/** A process that does nothing until it is killed. */
function sleeper(): { child: ChildProcess; pid: number; ended: Promise<unknown> } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(child);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return { child, pid: child.pid ?? 0, ended };
}

async function taken(run: string) {
  const result = await takeLock(path(), run);
  if (!result.ok) throw new Error(result.message);
  return result.lock;
}

test('a lock is refused while a living process holds it, and names the holder', async () => {
  const lock = await taken('first');
  expect(await takeLock(path(), 'second')).toMatchObject({ ok: false, holder: { pid: process.pid, run: 'first' } });
  await lock.release();
  await (await taken('second')).release();
  expect(await readdir(dir)).toEqual([]);
});

test('one of many concurrent requests gets the lock, even if a dead holder left it behind', async () => {
  const dead = { holder: { pid: process.pid, start: 'another time' }, run: 'dead', slots: [] };
  await writeFile(path(), JSON.stringify(dead));
  const results = await Promise.all(Array.from({ length: 10 }, (_, index) => takeLock(path(), `run ${index}`)));
  expect(results.filter((result) => result.ok)).toHaveLength(1);
});

test('the lock of a dead holder is taken over after its slots have exited', async () => {
  const holder = sleeper();
  const slot = sleeper();
  const identities = await Promise.all([identify(holder.pid), identify(slot.pid)]);
  await writeFile(path(), JSON.stringify({ holder: identities[0], run: 'dead', slots: [identities[1]] }));
  expect(await takeLock(path(), 'early')).toMatchObject({ ok: false, holder: { pid: holder.pid } });
  holder.child.kill('SIGKILL');
  await holder.ended;
  const lock = taken('late');
  slot.child.kill('SIGKILL');
  await slot.ended;
  await (await lock).release();
});

test('a later process with the same number is not mistaken for the holder', async () => {
  const { pid } = sleeper();
  const identity = await identify(pid);
  expect(await isAlive(identity)).toBe(true);
  expect(await isAlive({ pid, start: 'another time' })).toBe(false);
});

test('the lock lists the slots of its holder', async () => {
  const { pid } = sleeper();
  const lock = await taken('run');
  for (const pids of [[], [process.ppid], [process.ppid, pid], [pid]]) lock.setSlots(pids);
  await expect.poll(async () => JSON.parse(await readFile(path(), 'utf8')).slots).toMatchObject([{ pid }]);
  await lock.release();
  expect(await readdir(dir)).toEqual([]);
});

test('an empty lock file counts as being created, and after a while as the lock of a dead process', async () => {
  await writeFile(path(), '');
  await (await taken('late')).release();
  expect(await readdir(dir)).toEqual([]);
});
