import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../../../shared/run/events.ts';
import { sha256 } from '../../base/hash.ts';
import { readToResume } from '../resume.ts';
import { Journal } from './journal.ts';
import { readBlob, readJournal } from './read-journal.ts';
import { JOURNAL_FILE, type JournalStorage, openStorage } from './storage.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crewlane-journal-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const ready = (seq: number): RunEvent => ({ type: 'task.ready', task: `task_${seq}`, seq, t: seq });
const path = () => join(dir, JOURNAL_FILE);

async function write(events: readonly RunEvent[], length = 0): Promise<void> {
  const journal = new Journal(await openStorage(dir, length), { flushed: () => undefined, failed: () => undefined });
  for (const event of events) journal.append(event);
  await journal.close();
}

async function read() {
  const events: RunEvent[] = [];
  return { read: await readJournal(dir, (event) => events.push(event)), events };
}

test('appended events are read back in order', async () => {
  await write([ready(1), ready(2), ready(3)]);
  expect((await read()).events).toEqual([ready(1), ready(2), ready(3)]);
});

test('events are reported as flushed only when they and their blobs are in files', async () => {
  const seen: string[] = [];
  const storage = await openStorage(dir, 0);
  const wasReported = new Promise<void>((resolve) => {
    const journal = new Journal(storage, {
      flushed: async () => {
        seen.push(await readFile(path(), 'utf8'), (await readBlob(dir, hash)) ?? 'missing');
        resolve();
      },
      failed: () => undefined,
    });
    const hash = sha256('a long text');
    journal.addBlob(hash, 'a long text');
    journal.append(ready(1));
  });
  await wasReported;
  await storage.close();
  expect(seen).toEqual([`${JSON.stringify(ready(1))}\n`, 'a long text']);
});

test('a blob that an earlier process left incomplete is complete before a line names it', async () => {
  await write([ready(1)]);
  const journal = new Journal(await openStorage(dir, (await stat(path())).size), {
    flushed: () => undefined,
    failed: () => undefined,
  });
  const hash = sha256('a long text');
  journal.addBlob(hash, 'a long text');
  await writeFile(join(dir, 'blobs', hash), 'a lo');
  journal.append(ready(2));
  await journal.close();
  expect(await readBlob(dir, hash)).toBe('a long text');
  expect(await readdir(join(dir, 'blobs'))).toEqual([hash]);
});

test('an incomplete last line is skipped by readers, and truncated and reported when a run resumes', async () => {
  await write([ready(1), ready(2)]);
  await appendFile(path(), '{"type":"task.re');
  expect((await read()).read).toMatchObject({ ok: true, events: 2, torn: true });
  const resumed = await readToResume(dir);
  if (!resumed.ok) throw new Error(resumed.message);
  expect(resumed.notes[0]).toContain('was incomplete');
  await write([ready(3)], resumed.length);
  expect((await read()).events).toEqual([ready(1), ready(2), ready(3)]);
});

test('a journal truncated at any byte reads as a prefix of the written events', async () => {
  const events = [ready(1), ready(2), ready(3)];
  await write(events);
  for (let length = (await stat(path())).size; length >= 0; length -= 7) {
    await truncate(path(), length);
    const result = await read();
    expect(result.read.ok).toBe(true);
    expect(result.events).toEqual(events.slice(0, result.events.length));
  }
});

test('an unreadable line in the middle is refused with its number', async () => {
  await writeFile(path(), `${JSON.stringify(ready(1))}\nnonsense\n${JSON.stringify(ready(3))}\n`);
  expect((await read()).read).toMatchObject({ ok: false, line: 2 });
  await writeFile(path(), `${JSON.stringify(ready(1))}\n${JSON.stringify(ready(3))}\n${JSON.stringify(ready(4))}\n`);
  expect((await read()).read).toMatchObject({ ok: false, line: 2 });
});

test('the end of an attempt without its result counts as never written', async () => {
  const ended: RunEvent = { type: 'attempt.ended', task: 'a', attempt: 1, result: 'ok', seq: 2, t: 2 };
  await write([ready(1), ended]);
  const resumed = await readToResume(dir);
  expect(resumed).toMatchObject({ ok: true, events: [ready(1)] });
  expect(resumed.ok && resumed.length).toBe(JSON.stringify(ready(1)).length + 1);
});

test('a disk error is reported once, and unwritten events do not count as flushed', async () => {
  const safe: number[] = [];
  const failures: string[] = [];
  let writes = 0;
  const full: JournalStorage = {
    write: async () => {
      writes += 1;
      if (writes > 1) throw new Error('ENOSPC: no space left on device');
    },
    close: async () => undefined,
  };
  const journal = new Journal(full, {
    flushed: (events) => {
      safe.push(...events.map((event) => event.seq));
      journal.append(ready(2));
    },
    failed: (message) => failures.push(message),
  });
  journal.append(ready(1));
  await new Promise<void>((resolve) => {
    const look = () => (failures.length > 0 ? resolve() : setImmediate(look));
    look();
  });
  journal.append(ready(3));
  await journal.close();
  expect(safe).toEqual([1]);
  expect(failures).toEqual(['ENOSPC: no space left on device']);
});

test('a folder without a run is reported, not thrown', async () => {
  await mkdir(join(dir, 'empty'));
  expect(await readJournal(join(dir, 'empty'), () => undefined)).toMatchObject({ ok: false, line: null });
});
