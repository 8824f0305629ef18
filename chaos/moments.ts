import { statSync, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { JOURNAL_FILE } from '../app/engine/journal/storage.ts';
import type { Random } from '../shared/random.ts';

/** When a process is killed: after a time, or when the journal has grown by a number of bytes. */
export type Moment = { afterMs: number } | { afterBytes: number };

/**
 * Returns a random moment: during the start, which takes about `startMs`; during the run, which takes two or three
 * seconds; or when the journal grows.
 */
export function randomMoment(random: Random, startMs: number): Moment {
  if (random.chance(0.35)) return { afterBytes: random.int(1, 9000) };
  return { afterMs: random.chance(0.35) ? random.int(0, startMs) : random.int(startMs, startMs + 2500) };
}

export async function runFolders(home: string): Promise<string[]> {
  const runs = join(home, 'runs');
  return (await readdir(runs).catch(() => [])).sort().map((name) => join(runs, name));
}

/** Waits for a moment, or for `over`. `home`: the data folder whose journal counts. */
export async function reached(moment: Moment, home: string, over: Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const happens =
    'afterMs' in moment ? delay(moment.afterMs, undefined, { signal }) : grown(home, moment.afterBytes, signal);
  await Promise.race([over, happens.catch(() => undefined)]);
  stop.abort();
}

/** Watches writes to the journal, so that a process can be killed while it writes. */
async function grown(home: string, bytes: number, signal: AbortSignal): Promise<void> {
  const [known] = (await runFolders(home)).slice(-1);
  const goal = bytes + (known === undefined ? 0 : sizeOf(known));
  const dir = known ?? (await firstRun(home, signal));
  if (dir === null) return;
  await new Promise<void>((resolve) => {
    const watcher = watch(dir, { signal }, () => {
      if (sizeOf(dir) >= goal) resolve();
    });
    watcher.on('error', () => resolve());
    watcher.on('close', () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function firstRun(home: string, signal: AbortSignal): Promise<string | null> {
  while (!signal.aborted) {
    const [dir] = await runFolders(home);
    if (dir !== undefined) return dir;
    await delay(2);
  }
  return null;
}

function sizeOf(dir: string): number {
  return statSync(join(dir, JOURNAL_FILE), { throwIfNoEntry: false })?.size ?? 0;
}
