import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deleteBatch, deleteRun } from './delete.ts';
import { deletedRows } from './group/batch-folder.ts';

let runs: string;
beforeEach(async () => {
  runs = mkdtempSync(join(tmpdir(), 'crewlane-delete-'));
  for (const name of ['one', 'one-row-1', 'one-row-2', 'one-row-2b', 'one-rows', 'two', 'two-row-1']) {
    await mkdir(join(runs, name));
    await writeFile(join(runs, name, 'events.jsonl'), '');
  }
});
afterEach(() => rmSync(runs, { recursive: true, force: true }));

const left = () => readdirSync(runs).sort();

test('Deleting a batch deletes its rows and nothing else.', async () => {
  expect(await deleteBatch(join(runs, 'one'))).toEqual({ ok: true });
  expect(left()).toEqual(['one-row-2b', 'one-rows', 'two', 'two-row-1']);
});

test('Deleting a batch also deletes rows whose batch folder is missing.', async () => {
  rmSync(join(runs, 'one'), { recursive: true });
  expect(await deleteBatch(join(runs, 'one'))).toEqual({ ok: true });
  expect(left()).toEqual(['one-row-2b', 'one-rows', 'two', 'two-row-1']);
});

test('Nothing is deleted while the batch or one of its rows is in progress.', async () => {
  const before = left();
  for (const name of ['one', 'one-row-2']) {
    const lock = join(runs, name, 'lock.json');
    await writeFile(lock, JSON.stringify({ holder: { pid: process.pid, start: null }, run: name, slots: [] }));
    expect(await deleteBatch(join(runs, 'one'))).toMatchObject({ ok: false, message: expect.stringContaining(name) });
    rmSync(lock);
  }
  expect(left()).toEqual(before);
});

/** Writes the record of a batch with `rows` rows. */
async function recordOf(batch: string, rows: number): Promise<void> {
  const crew = { format: 'crewlane/1', name: 'crew', agents: [], tasks: [] };
  await writeFile(join(runs, batch, 'project.crew.json'), JSON.stringify(crew));
  const record = {
    format: 'crewlane-batch/1',
    batch,
    crew: 'crew',
    file: null,
    wall_ms: 0,
    time_zone: 'UTC',
    utc_offset_min: 0,
    slots: 1,
    provider: null,
    base_url: null,
    model: null,
    budget_usd: null,
    typed_base_url: false,
    approve_all: false,
    seed: 1,
    workspace: join(runs, 'workspace'),
    rows: Array.from({ length: rows }, () => ({})),
  };
  await writeFile(join(runs, batch, 'batch.json'), JSON.stringify(record));
}

test('A batch records its deleted rows and is deleted with the last one.', async () => {
  await recordOf('one', 2);
  expect(await deleteRun(join(runs, 'one-row-2'))).toEqual({ ok: true });
  expect(left()).toEqual(['one', 'one-row-1', 'one-row-2b', 'one-rows', 'two', 'two-row-1']);
  expect([...(await deletedRows(join(runs, 'one')))]).toEqual([2]);
  expect(await deleteRun(join(runs, 'one-row-1'))).toEqual({ ok: true });
  expect(left()).toEqual(['one-row-2b', 'one-rows', 'two', 'two-row-1']);
});

test('A batch with rows that have not started is not deleted with its only started row.', async () => {
  await recordOf('two', 2);
  expect(await deleteRun(join(runs, 'two-row-1'))).toEqual({ ok: true });
  expect(left()).toContain('two');
});

test('Deleting a single run, or a row without a batch folder, deletes only that run.', async () => {
  for (const run of ['one-rows', 'one-row-2b', 'one-row-1'])
    expect(await deleteRun(join(runs, run))).toEqual({ ok: true });
  expect(left()).toEqual(['one', 'one-row-2', 'two', 'two-row-1']);
});

test('A run in progress is not deleted, and its batch does not change.', async () => {
  await recordOf('one', 2);
  const lock = { holder: { pid: process.pid, start: null }, run: 'one-row-1', slots: [] };
  await writeFile(join(runs, 'one-row-1', 'lock.json'), JSON.stringify(lock));
  expect(await deleteRun(join(runs, 'one-row-1'))).toMatchObject({ ok: false });
  expect(left()).toContain('one-row-1');
  expect((await deletedRows(join(runs, 'one'))).size).toBe(0);
});
