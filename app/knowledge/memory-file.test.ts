import { appendFileSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MemoryFile, type MemoryItem } from './memory-file.ts';
import { RunMemory } from './run-memory.ts';

let folder: string;
let file: MemoryFile;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crewlane-memory-'));
  file = new MemoryFile(folder, 'crew');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const item = (id: string, text = `text of ${id}`): MemoryItem => {
  return { id, text, agent: 'ada', task: 'a', run: 'r', at: '2026-11-30T12:00:00.000Z' };
};
const ids = async () => (await file.read()).items.map(({ id }) => id);

it('items of several writers at once are all stored, each once', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `i${index}`);
  await Promise.all([...names, ...names].map((id) => new MemoryFile(folder, 'crew').add(item(id))));
  expect((await ids()).sort()).toEqual(names.sort());
});

it('a line that a crash cut off is reported, and later items are not lost', async () => {
  await file.add(item('one'));
  appendFileSync(file.path, '{"id":"two","te');
  await file.add(item('three', 'with\na line break'));
  expect(await file.read()).toEqual({ items: [item('one'), item('three', 'with\na line break')], damaged: 1 });
});

it('items are edited and deleted, and nothing of a deleted item is left on disk', async () => {
  for (const id of ['one', 'two']) await file.add(item(id));
  expect(await file.edit('one', 'new')).toEqual({ ok: true });
  expect(await file.delete('two')).toEqual({ ok: true });
  expect(await file.delete('two')).toEqual({ ok: false, reason: 'There is no item two.' });
  expect(readFileSync(file.path, 'utf8')).toBe(`${JSON.stringify(item('one', 'new'))}\n`);
  await file.clear();
  expect(await file.read()).toEqual({ items: [], damaged: 0 });
});

it('an item that would make the file too large to read is refused, and the others remain', async () => {
  await file.add(item('one'));
  appendFileSync(file.path, `${' '.repeat(64 * 1024 * 1024 - 200)}\n`);
  const full = { ok: false, reason: 'The memory is full: its file can have 64 MiB. Delete items.' };
  expect(await file.add(item('two', 'x'.repeat(200)))).toEqual(full);
  expect(await ids()).toEqual(['one']);
});

it('the lock of a dead process does not block a change', async () => {
  writeFileSync(`${file.path}.lock`, '');
  utimesSync(`${file.path}.lock`, 0, 0);
  expect(await file.add(item('one'))).toEqual({ ok: true });
});

it('recall returns what fits first, then the latest items, and a repeated call stores nothing twice', async () => {
  const memory = new RunMemory(file);
  const remember = (text: string, key: string) => memory.remember({ text, agent: 'ada', run: 'r', task: 'a', key });
  expect((await memory.recall('pump', 3)).text).toBe('Nothing is remembered yet.');
  const first = await remember('The pump needs valve 7.', 'k1');
  expect(await remember('The pump needs valve 7.', 'k1')).toEqual(first);
  await remember('The customer likes short texts.', 'k2');
  await remember('Prices are in euros.', 'k3');
  const { passages = [] } = await memory.recall('Which valve?', 2);
  expect(passages.map(({ text }) => text.replace(/ \(.*/, ''))).toEqual([
    'The pump needs valve 7.',
    'Prices are in euros.',
  ]);
  expect(passages[0]?.source).toBe(`memory ${first.text}`);
  expect(await remember('x'.repeat(4001), 'k4')).toMatchObject({
    ok: false,
    text: expect.stringContaining('at most 4000'),
  });
  expect(await ids()).toHaveLength(3);
});

it('a rehearsal remembers until its end only', async () => {
  const memory = new RunMemory(null);
  await memory.remember({ text: 'A fact.', agent: 'ada', run: 'r', task: 'a', key: 'k' });
  expect((await memory.recall('fact', 1)).text).toContain('A fact.');
  expect(await ids()).toEqual([]);
});
