import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHistory } from '../engine/history.ts';
import { readCustomPrices } from '../launch/custom-prices.ts';
import { readJsonFile, readJsonFileSync } from './json-file.ts';
import { readTextFile } from './read-text-file.ts';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crewlane-base-'));
  path = join(dir, 'file.json');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const DEEP = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;

describe.each([
  ['readJsonFile', readJsonFile],
  ['readJsonFileSync', async (file: string) => readJsonFileSync(file)],
])('%s', (_name, read) => {
  it('the value of a file is returned', async () => {
    await writeFile(path, '{"a": 1}');
    expect(await read(path)).toEqual({ ok: true, value: { a: 1 } });
  });

  it('nesting that would exhaust the stack is refused', async () => {
    await writeFile(path, DEEP);
    expect(await read(path)).toMatchObject({ ok: false, reason: 'it is not JSON, or is nested too deeply' });
  });

  it('a file that is too large is refused without being read', async () => {
    await writeFile(path, '');
    await truncate(path, 33 * 1024 * 1024);
    expect(await read(path)).toMatchObject({ ok: false, reason: 'it is larger than 32 MiB' });
  });

  it('pipes and devices are refused without waiting', async () => {
    execFileSync('mkfifo', [path]);
    expect(await read(path)).toMatchObject({ ok: false, reason: 'it is not a file' });
    await symlink('/dev/zero', join(dir, 'zero'));
    expect(await read(join(dir, 'zero'))).toMatchObject({ ok: false, reason: 'it is not a file' });
  });

  it('a missing file is distinguished from other errors', async () => {
    expect(await read(path)).toMatchObject({ ok: false, isMissing: true });
    await mkdir(path);
    expect(await read(path)).toMatchObject({ ok: false, isMissing: false, reason: 'it is a folder' });
  });
});

describe('readTextFile', () => {
  it('a pipe is read on request, up to the limit', async () => {
    execFileSync('mkfifo', [path]);
    const [read] = await Promise.all([readTextFile(path, { pipes: 'accept' }), writeFile(path, 'a,b\n')]);
    expect(read).toEqual({ ok: true, text: 'a,b\n' });
    const [long] = await Promise.all([
      readTextFile(path, { pipes: 'accept', maxBytes: 3 }),
      writeFile(path, 'a,b\n').catch(() => undefined),
    ]);
    expect(long).toMatchObject({ ok: false, kind: 'too_large' });
  });
});

describe('files of the data folder that are nested too deeply', () => {
  it('a file of the data folder that is nested too deeply counts as unreadable', async () => {
    await writeFile(path, DEEP);
    expect(await readHistory(path)).toEqual({});
    expect(await readCustomPrices(path)).toMatchObject({
      ok: false,
      message: expect.stringContaining('nested too deeply'),
    });
  });
});
