import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../base/hash.ts';
import { readFileState } from './file-on-disk.ts';
import { writeCrewFile } from './save.ts';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crewlane-disk-'));
  path = join(dir, 'a.crew.json');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('the state of a file', () => {
  it('the state of a file is the hash of its text, with or without a byte order mark', async () => {
    await writeFile(path, 'ünï');
    expect(await readFileState(path)).toMatchObject({ kind: 'file', hash: sha256('ünï') });
    await writeFile(path, '\ufeffünï');
    expect(await readFileState(path)).toMatchObject({ kind: 'file', hash: sha256('ünï') });
  });

  it('the hash covers a text longer than one read', async () => {
    const text = 'x'.repeat(2_500_000);
    await writeFile(path, text);
    expect(await readFileState(path)).toMatchObject({ hash: sha256(text) });
  });

  it('A missing file and an unreadable file are distinguished.', async () => {
    expect(await readFileState(path)).toEqual({ kind: 'missing' });
    expect(await readFileState(join(path, 'below'))).toEqual({ kind: 'missing' });
    expect(await readFileState(dir)).toMatchObject({ kind: 'unreadable' });
  });
});

describe('a save that expects a content', () => {
  const write = (text: string, expected: Parameters<typeof writeCrewFile>[2]) => writeCrewFile(path, text, expected);

  it('a save with an expected content replaces exactly that content', async () => {
    await writeFile(path, 'old');
    expect(await write('new', { hash: sha256('old') })).toEqual({ ok: true });
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('a save with an expected content refuses a file that has changed, disappeared or appeared', async () => {
    await writeFile(path, 'of another program');
    expect(await write('new', { hash: sha256('old') })).toMatchObject({ ok: false, changed: true });
    expect(await write('new', 'missing')).toMatchObject({ ok: false, changed: true });
    expect(await readFile(path, 'utf8')).toBe('of another program');
    await rm(path);
    expect(await write('new', { hash: sha256('old') })).toMatchObject({ ok: false, changed: true });
    expect(await readFileState(path)).toEqual({ kind: 'missing' });
    expect(await write('new', 'missing')).toEqual({ ok: true });
  });
});
