import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { JOURNAL_FILE } from '../app/engine/journal/storage.ts';
import type { Random } from '../shared/random.ts';
import type { RunEvent } from '../shared/run/events.ts';

/**
 * Truncates a journal at a random byte after the last acknowledged event: everything after it may be lost in a power
 * failure before a flush. The start of the run stays, because the folder is created after it is flushed.
 */
export async function cutPower(dir: string, acknowledged: ReadonlySet<string>, random: Random): Promise<void> {
  const path = join(dir, JOURNAL_FILE);
  const bytes = await readFile(path);
  let safe = 0;
  for (let from = 0, end = bytes.indexOf(10); end >= 0; from = end + 1, end = bytes.indexOf(10, from)) {
    const event = JSON.parse(bytes.subarray(from, end).toString('utf8')) as RunEvent; // Written by the engine under test.
    if (event.type === 'run.started' || (event.type === 'task.completed' && acknowledged.has(event.task)))
      safe = end + 1;
  }
  await truncate(path, random.int(safe, bytes.length));
}
