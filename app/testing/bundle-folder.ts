import { mkdir, mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** A new folder inside the repository, where what is bundled finds its packages. */
export async function bundleFolder(name: string): Promise<string> {
  await mkdir(join(ROOT, '.cache'), { recursive: true });
  return mkdtemp(join(ROOT, '.cache', `test-${name}-`));
}
