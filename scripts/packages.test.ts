import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packagesFit } from './packages.mjs';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packages-'));
  await mkdir(join(folder, 'node_modules'));
});
afterEach(() => rm(folder, { recursive: true }));

const locks = (packages: Record<string, unknown>) =>
  writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
const holds = (packages: Record<string, unknown>) =>
  writeFile(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));

describe('Installed packages', () => {
  it('packages fit if all are installed, except builds for other platforms', async () => {
    await locks({
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/a-win32': { version: '1.0.0', optional: true },
    });
    await holds({ 'node_modules/a': { version: '1.0.0' } });
    expect(packagesFit(folder)).toBe(true);
  });

  it('packages do not fit if one is missing', async () => {
    await locks({ '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } });
    await holds({ 'node_modules/a': { version: '1.0.0' } });
    expect(packagesFit(folder)).toBe(false);
  });

  it('packages do not fit if one has another version', async () => {
    await locks({ '': {}, 'node_modules/a': { version: '2.0.0' } });
    await holds({ 'node_modules/a': { version: '1.0.0' } });
    expect(packagesFit(folder)).toBe(false);
  });

  it('packages do not fit if an installation was interrupted', async () => {
    await locks({ '': {}, 'node_modules/a': { version: '1.0.0' } });
    await mkdir(join(folder, 'node_modules', 'a'));
    expect(packagesFit(folder)).toBe(false);
  });
});
