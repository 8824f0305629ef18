import { execFileSync } from 'node:child_process';
import { link, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFile, FolderHandle, replaceFile } from './folder-handle.ts';
import { replaceFileSync } from './replace-file-sync.ts';
import { writeFailure } from './system-error.ts';

let dir: string;
let umask: number;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crewlane-base-'));
  umask = process.umask();
});
afterEach(async () => {
  process.umask(umask);
  await rm(dir, { recursive: true, force: true });
});

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe.each([
  ['replaceFile', replaceFile],
  ['replaceFileSync', async (path: string, text: string) => replaceFileSync(path, text)],
])('%s', (_name, write) => {
  it('a link is replaced, and the file that it leads to is unchanged', async () => {
    await writeFile(join(dir, 'victim'), 'untouched');
    await symlink(join(dir, 'victim'), join(dir, 'file'));
    await write(join(dir, 'file'), 'new');
    expect(await readFile(join(dir, 'victim'), 'utf8')).toBe('untouched');
    expect((await lstat(join(dir, 'file'))).isFile()).toBe(true);
    expect(await readFile(join(dir, 'file'), 'utf8')).toBe('new');
  });

  it('no file is created through a dangling link', async () => {
    await symlink(join(dir, 'victim'), join(dir, 'file'));
    await write(join(dir, 'file'), 'new');
    expect(await readdir(dir)).toEqual(['file']);
  });

  it('the other name of a hard link is unchanged', async () => {
    await writeFile(join(dir, 'victim'), 'untouched');
    await link(join(dir, 'victim'), join(dir, 'file'));
    await write(join(dir, 'file'), 'new');
    expect(await readFile(join(dir, 'victim'), 'utf8')).toBe('untouched');
  });

  it('a pipe is replaced without waiting for its reader', async () => {
    execFileSync('mkfifo', [join(dir, 'file')]);
    await write(join(dir, 'file'), 'new');
    expect(await readFile(join(dir, 'file'), 'utf8')).toBe('new');
  });

  it.each(['000', '022', '277'])('a file is written for the owner only under umask %s', async (octal) => {
    process.umask(Number.parseInt(octal, 8));
    await write(join(dir, 'file'), 'new');
    expect(await modeOf(join(dir, 'file'))).toBe('600');
  });

  it('nothing is left behind if the name belongs to a folder', async () => {
    await mkdir(join(dir, 'file', 'inside'), { recursive: true });
    await expect(write(join(dir, 'file'), 'new')).rejects.toThrow(join(dir, 'file'));
    expect(await readdir(dir)).toEqual(['file']);
  });

  it('A failure names the folder that has the name of the file, without a code of the system.', async () => {
    await mkdir(join(dir, 'file'));
    const failed: unknown = await write(join(dir, 'file'), 'new').catch((error: unknown) => error);
    expect(writeFailure(failed)).toBe(`${join(dir, 'file')} is a folder. Rename or remove it`);
  });
});

describe('an open folder', () => {
  it('an open folder is written to even after a link has replaced it', async () => {
    await Promise.all([mkdir(join(dir, 'folder')), mkdir(join(dir, 'victim'))]);
    const folder = await FolderHandle.open(join(dir, 'folder'));
    await rename(join(dir, 'folder'), join(dir, 'moved'));
    await symlink(join(dir, 'victim'), join(dir, 'folder'));
    await folder.replace('file', 'new');
    await folder.close();
    expect(await readdir(join(dir, 'victim'))).toEqual([]);
    expect(await readFile(join(dir, 'moved', 'file'), 'utf8')).toBe('new');
  });

  it('A link is refused on request.', async () => {
    await symlink(dir, join(dir, 'link'));
    await expect(FolderHandle.open(join(dir, 'link'), 'refuse')).rejects.toThrow();
    await (await FolderHandle.open(join(dir, 'link'))).close();
  });

  it('the replaced file is copied to a backup with the same permissions', async () => {
    await writeFile(join(dir, 'file'), 'old', { mode: 0o640 });
    await writeFile(join(dir, 'victim'), 'untouched');
    await symlink('victim', join(dir, 'backup'));
    await replaceFile(join(dir, 'file'), 'new', { mode: 'keep', backup: 'backup' });
    expect(await readFile(join(dir, 'backup'), 'utf8')).toBe('old');
    expect(await readFile(join(dir, 'victim'), 'utf8')).toBe('untouched');
    expect([await modeOf(join(dir, 'file')), await modeOf(join(dir, 'backup'))]).toEqual(['640', '640']);
  });
});

describe('createFile', () => {
  it('Creating a file rejects if the name exists, even as a dangling link.', async () => {
    await symlink(join(dir, 'victim'), join(dir, 'file'));
    await expect(createFile(join(dir, 'file'), 'new')).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readdir(dir)).toEqual(['file']);
  });
});
