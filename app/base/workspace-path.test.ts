import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInWorkspace, placeInWorkspace, replaceAtPlace } from './workspace-path.ts';

let root: string;
let workspace: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-')));
  workspace = join(root, 'work');
  await Promise.all(
    ['work', 'work/.git', 'work/real', 'outside'].map((name) => mkdir(join(root, name), { recursive: true })),
  );
  await writeFile(join(root, 'outside', 'secret'), 'secret');
  await symlink('../outside', join(workspace, 'out'));
  await symlink('real', join(workspace, 'alias'));
  await symlink('.git', join(workspace, 'metadata'));
  await symlink('../outside/secret', join(workspace, 'leak'));
});
afterEach(() => rm(root, { recursive: true }));

it.each(['../outside/secret', '/etc/passwd', 'real/../../outside/secret', 'out/secret', 'leak', '', 'a\0b'])(
  '%j is not opened for reading',
  async (path) => {
    expect(await openInWorkspace(workspace, path)).toEqual({ ok: false, why: 'outside' });
  },
);

it.each(['../work-evil/x', '/etc/x', '.', '', 'a\0b', 'out/x', 'out/new/x', 'real/../../outside/x'])(
  '%j cannot be written, and nothing is created outside',
  async (path) => {
    expect(await placeInWorkspace(workspace, path)).toEqual({ ok: false, why: 'outside' });
    expect(await readdir(join(root, 'outside'))).toEqual(['secret']);
    expect((await readdir(root)).sort()).toEqual(['outside', 'work']);
  },
);

it.each(['.git/config', '.GIT/hooks/x', 'metadata/config', 'metadata/hooks/x'])(
  '%j cannot be written, because it is metadata of a repository',
  async (path) => {
    expect(await placeInWorkspace(workspace, path)).toMatchObject({ ok: false, why: 'protected' });
    expect(await readdir(join(workspace, '.git'))).toEqual([]);
  },
);

it.each(['real', 'real/', 'new/'])('A workspace path %j that names a folder cannot be written.', async (path) => {
  expect(await placeInWorkspace(workspace, path)).toEqual({ ok: false, why: 'not_a_file' });
  expect(await readdir(workspace)).not.toContain('new');
});

it('a folder is not opened as a file', async () => {
  expect(await openInWorkspace(workspace, 'real')).toEqual({ ok: false, why: 'not_a_file' });
});

it('no folder of a path with too many folders is created', async () => {
  expect(await placeInWorkspace(workspace, `${'d/'.repeat(1000)}x`)).toEqual({ ok: false, why: 'too_deep' });
  expect(await readdir(workspace)).not.toContain('d');
});

it('a link that stays inside the workspace is followed, for reading and writing', async () => {
  const place = await placeInWorkspace(workspace, 'alias/new/file');
  if (!place.ok) throw new Error(place.why);
  expect(place).toEqual({ ok: true, folder: join(workspace, 'real', 'new'), name: 'file', shown: 'alias/new/file' });
  await replaceAtPlace(place, 'text');
  const opened = await openInWorkspace(workspace, 'alias/new/file');
  if (!opened.ok) throw new Error(opened.why);
  expect(opened).toMatchObject({ size: 4, real: join(workspace, 'real', 'new', 'file') });
  await opened.file.close();
});

it('a link under the name of the file is replaced, and the file that it leads to is unchanged', async () => {
  const place = await placeInWorkspace(workspace, 'leak');
  if (!place.ok) throw new Error(place.why);
  await replaceAtPlace(place, 'own');
  expect(await readFile(join(root, 'outside', 'secret'), 'utf8')).toBe('secret');
  expect(await readFile(join(workspace, 'leak'), 'utf8')).toBe('own');
});

it.each([
  ['a link', () => symlink('../outside', join(workspace, 'real'))],
  ['nothing', async () => undefined],
])('A file is not written if its folder was replaced by %s after the check.', async (_, replace) => {
  const place = await placeInWorkspace(workspace, 'real/file');
  if (!place.ok) throw new Error(place.why);
  await rename(join(workspace, 'real'), join(root, 'moved'));
  await replace();
  await expect(replaceAtPlace(place, 'text')).rejects.toThrow();
  expect(await readdir(join(root, 'outside'))).toEqual(['secret']);
  expect(await readdir(join(root, 'moved'))).toEqual([]);
});
