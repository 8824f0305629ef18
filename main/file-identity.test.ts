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

describe('two paths lead to the same file', () => {
  it('in different spellings', async () => {
    expect(await same(join(dir, 'folder', 'a'), `${dir}/folder/../folder/./a`)).toBe(true);
  });

  it('through a link to the file, a link to its folder, or a hard link', async () => {
    await symlink(join(dir, 'folder', 'a'), join(dir, 'link'));
    await symlink(join(dir, 'folder'), join(dir, 'other-folder'));
    await link(join(dir, 'folder', 'a'), join(dir, 'hard'));
    for (const path of ['link', 'other-folder/a', 'hard'])
      expect(await same(join(dir, 'folder', 'a'), join(dir, path))).toBe(true);
  });

  it('if it does not exist yet, through a link to its folder', async () => {
    await symlink(join(dir, 'folder'), join(dir, 'other-folder'));
    expect(await same(join(dir, 'folder', 'new'), join(dir, 'other-folder', 'new'))).toBe(true);
  });

  it('not if only the content is the same', async () => {
    expect(await same(join(dir, 'folder', 'a'), join(dir, 'folder', 'b'))).toBe(false);
  });
});
