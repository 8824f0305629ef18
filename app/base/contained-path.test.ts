import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { comparablePath, isBelow, isInside, leadsBelow, realPathOf } from './contained-path.ts';

describe.runIf(process.platform !== 'win32')('isInside and isBelow', () => {
  it.each([
    ['/files', '/files', true, false],
    ['/files', '/files/', true, false],
    ['/files', '/files/a', true, true],
    ['/files', '/files/..a', true, true],
    ['/files', '/files/.../a', true, true],
    ['/files/', '/files/a/../b', true, true],
    ['/', '/', true, false],
    ['/', '/etc', true, true],
    ['/files', '/', false, false],
    ['/files', '/files-evil/a', false, false],
    ['/files', '/files/..', false, false],
    ['/files', '/files/../other', false, false],
    ['/files', '/files/a/../../files-evil', false, false],
    ['/files', '/FILES/a', false, false],
  ])('for %s and %s are %s and %s', (folder, path, inside, below) => {
    expect(isInside(folder, path)).toBe(inside);
    expect(isBelow(folder, path)).toBe(below);
  });
});

describe('links', () => {
  let root: string;
  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-')));
    await Promise.all(['inner', 'outer', 'inner-evil'].map((name) => mkdir(join(root, name))));
    await writeFile(join(root, 'outer', 'file'), '');
    await symlink(join(root, 'outer'), join(root, 'inner', 'out'));
    await symlink(join(root, 'inner'), join(root, 'outer', 'in'));
    await symlink('loop', join(root, 'inner', 'loop'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('A link counts as the path of its target.', async () => {
    const inner = join(root, 'inner');
    expect(await leadsBelow(inner, join(inner, 'out', 'file'))).toBe(false);
    expect(await leadsBelow(inner, join(inner, 'out', 'missing', 'file'))).toBe(false);
    expect(await leadsBelow(inner, join(root, 'outer', 'in', 'missing'))).toBe(true);
    expect(await leadsBelow(join(root, 'outer', 'in'), join(inner, 'missing'))).toBe(true);
    expect(await leadsBelow(inner, join(root, 'inner-evil'))).toBe(false);
    expect(await leadsBelow(inner, inner)).toBe(false);
  });

  it('links that lead nowhere are not below any folder', async () => {
    const loop = join(root, 'inner', 'loop');
    expect(await leadsBelow(join(root, 'inner'), loop)).toBe(false);
    await expect(realPathOf(loop)).rejects.toThrow('ELOOP');
    expect(await comparablePath(loop)).toBe(loop);
  });

  it('links are followed as far as the path exists', async () => {
    expect(await realPathOf(join(root, 'inner', 'out', 'a', 'b'))).toBe(join(root, 'outer', 'a', 'b'));
    expect(await comparablePath(join(root, 'outer', 'in', 'a'))).toBe(join(root, 'inner', 'a'));
  });
});
