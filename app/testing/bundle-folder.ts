import { mkdir, mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** Creates a folder inside the repository, so that bundled code finds its packages. */
export async function bundleFolder(name: string): Promise<string> {
  await mkdir(join(ROOT, '.cache'), { recursive: true });
  return mkdtemp(join(ROOT, '.cache', `test-${name}-`));
}
