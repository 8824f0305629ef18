import { mkdirSync } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { Journal } from '../app/engine/journal/journal.ts';
import { type JournalStorage, openStorage } from '../app/engine/journal/storage.ts';
import type { RunEvent } from '../shared/run/events.ts';

export interface JournalCost {
  events: number;
  /** From the first event to the flush of the last one. */
  ms: number;
  /** The processor time of the process, including its file threads. */
  cpuUsPerEvent: number;
  flushes: number;
}

/** The number of events in one iteration of the event loop, as when eight slots answer at once. */
const AT_ONCE = 8;

/** Writes the events of a run through the engine's journal once more, with its `fdatasync` or without. */
export async function journalCost(events: readonly RunEvent[], dir: string, flushed: boolean): Promise<JournalCost> {
  mkdirSync(dir);
  const storage = flushed ? await openStorage(dir, 0) : unflushedStorage(dir);
  let flushes = 0;
  const listener = {
    flushed: () => {
      flushes += 1;
    },
    failed: (message: string) => {
      throw new Error(message);
    },
  };
  const journal = new Journal(storage, listener);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  for (const [index, event] of events.entries()) {
    journal.append(event);
    if (index % AT_ONCE === 0) await turnOfTheLoop();
  }
  await journal.close();
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { events: events.length, ms, cpuUsPerEvent: (user + system) / events.length, flushes };
}

/** Writes the same events without flushing them. */
function unflushedStorage(dir: string): JournalStorage {
  const file = join(dir, 'events.jsonl');
  return {
    write: async (blobs, lines) => {
      for (const [hash, text] of blobs) await writeFile(join(dir, hash), text);
      await appendFile(file, lines);
    },
    close: async () => {},
  };
}
