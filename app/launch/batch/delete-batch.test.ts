import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deleteBatch } from './delete-batch.ts';

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

test('a batch is deleted with its rows, and nothing else', async () => {
  expect(await deleteBatch(join(runs, 'one'))).toEqual({ ok: true });
  expect(left()).toEqual(['one-row-2b', 'one-rows', 'two', 'two-row-1']);
});

test('rows whose batch is gone already are deleted too', async () => {
  rmSync(join(runs, 'one'), { recursive: true });
  expect(await deleteBatch(join(runs, 'one'))).toEqual({ ok: true });
  expect(left()).toEqual(['one-row-2b', 'one-rows', 'two', 'two-row-1']);
});

test('nothing is deleted while the batch, or one of its rows, goes on', async () => {
  const before = left();
  for (const name of ['one', 'one-row-2']) {
    const lock = join(runs, name, 'lock.json');
    await writeFile(lock, JSON.stringify({ holder: { pid: process.pid, start: null } }));
    expect(await deleteBatch(join(runs, 'one'))).toMatchObject({ ok: false, message: expect.stringContaining(name) });
    rmSync(lock);
  }
  expect(left()).toEqual(before);
});
