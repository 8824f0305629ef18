import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tightenDataFolder } from './tighten-data.ts';

let dir: string;
let root: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'crewlane-data-'));
  root = join(dir, 'data');
  await mkdir(root);
  await chmod(root, 0o755);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

async function createReadableFolder(path: string): Promise<void> {
  await mkdir(path);
  await chmod(path, 0o755);
}

it('A data folder of an earlier release and its content become accessible only to the owner.', async () => {
  await createReadableFolder(join(root, 'runs'));
  await writeFile(join(root, 'settings.json'), '{}');
  await chmod(join(root, 'settings.json'), 0o644);
  tightenDataFolder(root);
  const modes = await Promise.all([root, join(root, 'runs'), join(root, 'settings.json')].map(modeOf));
  expect(modes).toEqual(['700', '700', '600']);
});

it('Other files in the data folder keep their permissions.', async () => {
  await createReadableFolder(join(root, 'site'));
  tightenDataFolder(root);
  expect([await modeOf(root), await modeOf(join(root, 'site'))]).toEqual(['755', '755']);
  await createReadableFolder(join(root, 'runs'));
  tightenDataFolder(root);
  expect([await modeOf(join(root, 'runs')), await modeOf(join(root, 'site'))]).toEqual(['700', '755']);
});

it('The target of a link keeps its permissions.', async () => {
  await createReadableFolder(join(dir, 'public'));
  await symlink('../public', join(root, 'exports'));
  tightenDataFolder(root);
  expect(await modeOf(join(dir, 'public'))).toBe('755');
});

it('A missing data folder is not created.', async () => {
  tightenDataFolder(join(root, 'none'));
  await expect(stat(join(root, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
});
