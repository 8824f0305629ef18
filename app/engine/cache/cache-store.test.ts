import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CacheEntry, CacheStore } from './cache-store.ts';

let folder: string;
let store: CacheStore;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'crewlane-cache-')), 'cache');
  store = new CacheStore(folder);
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const key = (digit: string) => digit.repeat(64);

function entry(task: string, text = 'a text'): CacheEntry {
  return {
    format: 'crewlane-cache/1',
    task,
    crew: 'crew',
    agent: 'ada',
    model: 'm',
    rehearsal: false,
    run: 'run-1',
    wall_ms: 1000,
    text,
    took: { busy_ms: 10, cost_usd: null },
    files: [],
  };
}

test('a stored entry can be found, listed and cleared', async () => {
  expect(await store.get(key('a'))).toBeNull();
  expect(await store.list()).toEqual([]);
  await store.put(key('a'), entry('one'));
  await store.put(key('b'), { ...entry('two'), wall_ms: 2000 });
  expect(await store.get(key('a'))).toEqual(entry('one'));
  expect((await store.list()).map(({ task }) => task)).toEqual(['two', 'one']);
  expect(await store.clear()).toMatchObject({ entries: 2 });
  expect(await store.clear()).toEqual({ entries: 0, bytes: 0 });
});

test('an incomplete or foreign file, or one of another version, is not an entry', async () => {
  await store.put(key('a'), entry('one'));
  writeFileSync(join(folder, `${key('b')}.json`), JSON.stringify(entry('two')).slice(0, 40));
  writeFileSync(join(folder, `${key('c')}.json`), JSON.stringify({ ...entry('three'), format: 'crewlane-cache/2' }));
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  expect(await store.get(key('b'))).toBeNull();
  expect(await store.get(key('c'))).toBeNull();
  expect((await store.list()).map(({ task }) => task)).toEqual(['one']);
});

test('the least recently used entries are removed first', async () => {
  for (const digit of ['a', 'b', 'c']) await store.put(key(digit), entry(digit, 'x'.repeat(1000)));
  for (const [digit, seconds] of [
    ['a', 10],
    ['b', 20],
    ['c', 30],
  ] as const)
    utimesSync(join(folder, `${key(digit)}.json`), seconds, seconds);
  await store.used(key('a'), 40_000);
  await store.trim(3000);
  expect((await store.list()).map(({ task }) => task).sort()).toEqual(['a', 'c']);
});

test('concurrent writers leave one complete entry, and incomplete files of dead processes are removed', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, at) => store.put(key('a'), entry('one', `${at} `.repeat(5000)))));
  expect((await store.get(key('a')))?.text).toMatch(/^(\d+) (\1 )*$/);
  const part = join(folder, `${key('b')}.left.part`);
  writeFileSync(part, 'half');
  utimesSync(part, 1, 1);
  await store.trim();
  expect(readdirSync(folder)).toEqual([`${key('a')}.json`]);
});

test('Folders with the names of entries and of incomplete files stay, and do not stop the trimming.', async () => {
  for (const name of [`${key('b')}.json`, `${key('c')}.left.part`]) {
    mkdirSync(join(folder, name), { recursive: true });
    utimesSync(join(folder, name), 1, 1);
  }
  await store.put(key('a'), entry('one'));
  expect(await store.size()).toMatchObject({ entries: 1 });
  await store.trim(0);
  expect(readdirSync(folder).sort()).toEqual([`${key('b')}.json`, `${key('c')}.left.part`]);
});
