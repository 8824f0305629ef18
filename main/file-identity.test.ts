import { link, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identifyFile, isSameFile } from './file-identity.ts';

let dir: string;
beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-identity-')));
  await mkdir(join(dir, 'folder'));
  await writeFile(join(dir, 'folder', 'a'), 'a');
  await writeFile(join(dir, 'folder', 'b'), 'a');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const same = async (one: string, other: string) => isSameFile(await identifyFile(one), await identifyFile(other));

describe('Two paths', () => {
  it('two spellings of a path lead to the same file', async () => {
    expect(await same(join(dir, 'folder', 'a'), `${dir}/folder/../folder/./a`)).toBe(true);
  });

  it('a link to a file, a link to its folder and a hard link lead to the same file', async () => {
    await symlink(join(dir, 'folder', 'a'), join(dir, 'link'));
    await symlink(join(dir, 'folder'), join(dir, 'other-folder'));
    await link(join(dir, 'folder', 'a'), join(dir, 'hard'));
    for (const path of ['link', 'other-folder/a', 'hard'])
      expect(await same(join(dir, 'folder', 'a'), join(dir, path))).toBe(true);
  });

  it('two paths to a file that does not exist lead to the same file through a link to its folder', async () => {
    await symlink(join(dir, 'folder'), join(dir, 'other-folder'));
    expect(await same(join(dir, 'folder', 'new'), join(dir, 'other-folder', 'new'))).toBe(true);
  });

  it('two files with the same content are not the same file', async () => {
    expect(await same(join(dir, 'folder', 'a'), join(dir, 'folder', 'b'))).toBe(false);
  });
});
