import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFile } from '../base/folder-handle.ts';
import { placeExport } from './export-destination.ts';

let dir: string;
let victim: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crewlane-export-'));
  victim = join(dir, 'victim');
  await mkdir(victim);
  await writeFile(join(victim, 'thesis.md'), 'untouched');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const fill = (folder: string) => createFile(join(folder, 'run.json'), '{ "format": "crewlane-run/1" }');
const put = (name = 'out') => placeExport({ exact: join(dir, 'repo', name) }, 'crew', 'kept', fill);

describe('an export next to planted links', () => {
  it.each(['part', 'old'])(
    'An export follows no link under the name of an unfinished export (.%s).',
    async (suffix) => {
      await mkdir(join(dir, 'repo'));
      await symlink(victim, join(dir, 'repo', `.out.${process.pid}.${suffix}`));
      expect(await put()).toMatchObject({ ok: true });
      expect(await put()).toMatchObject({ ok: true });
      expect(await readdir(victim)).toEqual(['thesis.md']);
      expect((await lstat(join(dir, 'repo', `.out.${process.pid}.${suffix}`))).isSymbolicLink()).toBe(true);
    },
  );

  it('An export replaces a link in an earlier export and does not change its target.', async () => {
    await mkdir(join(dir, 'repo', 'out'), { recursive: true });
    await writeFile(join(dir, 'repo', 'out', 'run.json'), '{ "format": "crewlane-run/1" }');
    await symlink(victim, join(dir, 'repo', 'out', 'folder'));
    await symlink(join(victim, 'thesis.md'), join(dir, 'repo', 'out', 'summary.md'));
    expect(await put()).toMatchObject({ ok: true });
    expect(await readdir(join(dir, 'repo', 'out'))).toEqual(['run.json']);
    expect(await readFile(join(victim, 'thesis.md'), 'utf8')).toBe('untouched');
  });

  it('A new export folder gets another number if a link has its name.', async () => {
    await mkdir(join(dir, 'repo'));
    await symlink(join(dir, 'nowhere'), join(dir, 'repo', 'crew'));
    const placed = await placeExport({ below: join(dir, 'repo') }, 'crew', 'kept', fill);
    expect(placed).toEqual({ ok: true, folder: join(dir, 'repo', 'crew_2') });
    expect(await readdir(dir)).toEqual(['repo', 'victim']);
  });

  it('An export and the folders created for it are accessible only to the owner.', async () => {
    expect(await put('a/b')).toMatchObject({ ok: true });
    const modes = await Promise.all(['a', 'a/b', 'a/b/run.json'].map((name) => stat(join(dir, 'repo', name))));
    expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['700', '700', '600']);
  });
});
