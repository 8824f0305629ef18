import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeOutputFile } from './output-file.ts';

test('a result is written under any valid file name, however long, and no other file remains', async () => {
  const workspace = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-')));
  const name = `${'报'.repeat(84)}.md`;
  expect(await writeOutputFile(workspace, name, 'A report.')).toEqual({ ok: true });
  expect(await readFile(join(workspace, name), 'utf8')).toBe('A report.');
  expect(await readdir(workspace)).toEqual([name]);
  await rm(workspace, { recursive: true });
});

test('a result with too many folders is refused, and none of them is created', async () => {
  const workspace = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-')));
  const refused = { ok: false, message: expect.stringContaining('too many folders') };
  expect(await writeOutputFile(workspace, `${'d/'.repeat(1000)}x.md`, 'A report.')).toMatchObject(refused);
  expect(await readdir(workspace)).toEqual([]);
  await rm(workspace, { recursive: true });
});

test('a result replaces a link and is not written through a linked folder', async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-')));
  const workspace = join(root, 'workspace');
  await Promise.all([mkdir(workspace), mkdir(join(root, 'victim'))]);
  await symlink('../victim', join(workspace, 'folder'));
  await symlink('../victim/new', join(workspace, 'file.md'));
  expect(await writeOutputFile(workspace, 'folder/x.md', 'A report.')).toMatchObject({ ok: false });
  expect(await writeOutputFile(workspace, 'file.md', 'A report.')).toEqual({ ok: true });
  expect(await readdir(join(root, 'victim'))).toEqual([]);
  expect(await readFile(join(workspace, 'file.md'), 'utf8')).toBe('A report.');
  await rm(root, { recursive: true });
});

test('a result is written without control characters and marks that reorder text', async () => {
  const workspace = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-')));
  await writeOutputFile(workspace, 'result.md', 'a\u001b[2Jb\0\r\n\tc\u202edc');
  expect(await readFile(join(workspace, 'result.md'), 'utf8')).toBe('a [2Jb \n\tcdc');
  await rm(workspace, { recursive: true });
});
