import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStorage } from './storage.ts';

let dir: string;
let run: string;
let victim: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crewlane-storage-'));
  run = join(dir, 'run');
  victim = join(dir, 'victim');
  await mkdir(run);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const journal = () => join(run, 'events.jsonl');
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

async function write(length: number, lines: string): Promise<void> {
  const storage = await openStorage(run, length);
  await storage.write(new Map([['blob', 'text']]), lines);
  await storage.close();
}

describe('the folder of a run', () => {
  it('the folder of a run is readable by its owner only', async () => {
    await write(0, '{}\n');
    expect(await modeOf(journal())).toBe('600');
    expect(await modeOf(join(run, 'blobs'))).toBe('700');
    expect(await modeOf(join(run, 'blobs', 'blob'))).toBe('600');
  });

  it('the folder of a run of an earlier release is opened, and its permissions are tightened', async () => {
    await mkdir(join(run, 'blobs'));
    await Promise.all([writeFile(journal(), '{}\n'), writeFile(join(run, 'blobs', 'blob'), 'old')]);
    await Promise.all([chmod(journal(), 0o644), chmod(join(run, 'blobs'), 0o755)]);
    await write(3, '[]\n');
    expect(await readFile(journal(), 'utf8')).toBe('{}\n[]\n');
    expect(await modeOf(journal())).toBe('600');
    expect(await modeOf(join(run, 'blobs'))).toBe('700');
  });
});

describe('a run whose folder was planted', () => {
  it.each([0, 8])('a run is refused if its journal is a link (%i bytes)', async (length) => {
    await writeFile(victim, 'untouched');
    await symlink(victim, journal());
    await expect(openStorage(run, length)).rejects.toMatchObject({ code: 'ELOOP' });
    expect(await readFile(victim, 'utf8')).toBe('untouched');
  });

  it('opening a run creates no file through a journal that is a dangling link', async () => {
    await symlink(victim, journal());
    await expect(openStorage(run, 0)).rejects.toMatchObject({ code: 'ELOOP' });
    expect(await readdir(dir)).toEqual(['run']);
  });

  it('a run is refused if its folder of blobs is a link', async () => {
    await mkdir(victim);
    await symlink(victim, join(run, 'blobs'));
    await expect(openStorage(run, 0)).rejects.toThrow();
    expect(await readdir(victim)).toEqual([]);
  });

  it('writing a blob replaces a link with its name', async () => {
    await writeFile(victim, 'untouched');
    await mkdir(join(run, 'blobs'));
    await symlink(victim, join(run, 'blobs', 'blob'));
    await write(0, '{}\n');
    expect(await readFile(victim, 'utf8')).toBe('untouched');
    expect(await readFile(join(run, 'blobs', 'blob'), 'utf8')).toBe('text');
  });

  it('other hard links of a journal are unchanged', async () => {
    await writeFile(victim, '{}\nrest');
    await link(victim, journal());
    await write(3, '[]\n');
    expect(await readFile(victim, 'utf8')).toBe('{}\nrest');
    expect(await readFile(journal(), 'utf8')).toBe('{}\n[]\n');
  });

  it('a run is refused without waiting if its journal is a pipe', async () => {
    execFileSync('mkfifo', [journal()]);
    await expect(openStorage(run, 0)).rejects.toThrow('is not a file');
  });
});
