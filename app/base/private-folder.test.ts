import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolders, removeCreatedFolders } from './make-folders.ts';
import { makePrivateFolder, makePrivateFolderSync } from './private-folder.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crewlane-base-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe.each([
  ['makePrivateFolder', makePrivateFolder],
  ['makePrivateFolderSync', async (path: string) => makePrivateFolderSync(path)],
])('%s', (_name, make) => {
  it('a private folder and its missing parents are created for the owner only', async () => {
    await make(join(dir, 'a', 'b'));
    expect([await modeOf(join(dir, 'a')), await modeOf(join(dir, 'a', 'b'))]).toEqual(['700', '700']);
  });

  it('the permissions of a folder that others could read are tightened', async () => {
    await mkdir(join(dir, 'a'));
    await chmod(join(dir, 'a'), 0o755);
    await make(join(dir, 'a'));
    expect(await modeOf(join(dir, 'a'))).toBe('700');
  });

  it('the target of a link and shared folders are unchanged', async () => {
    await mkdir(join(dir, 'shared'));
    await chmod(join(dir, 'shared'), 0o1777);
    await mkdir(join(dir, 'public'));
    await chmod(join(dir, 'public'), 0o755);
    await symlink('public', join(dir, 'link'));
    await make(join(dir, 'shared'));
    await make(join(dir, 'link'));
    expect([await modeOf(join(dir, 'shared')), await modeOf(join(dir, 'public'))]).toEqual(['777', '755']);
  });
});

describe('makeFolders', () => {
  it('nothing is created through a dangling link', async () => {
    await symlink(join(dir, 'victim'), join(dir, 'link'));
    await expect(makeFolders(join(dir, 'link', 'in'), 'default')).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readdir(dir)).toEqual(['link']);
  });

  it('the created folders are returned, so that empty ones can be removed again', async () => {
    const made = await makeFolders(join(dir, 'a', 'b'), 'private');
    expect(made).toEqual([join(dir, 'a'), join(dir, 'a', 'b')]);
    await writeFile(join(dir, 'a', 'file'), '');
    await removeCreatedFolders(made);
    expect(await readdir(join(dir, 'a'))).toEqual(['file']);
  });
});
