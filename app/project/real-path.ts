import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { codeOf } from '../base/system-error.ts';

/** A path with its links followed, as far as it exists; missing names are kept. Rejects with the system's error. */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const full = resolve(path);
    if (codeOf(error) !== 'ENOENT' || full === dirname(full)) throw error;
    return join(await realPathOf(dirname(full)), basename(full));
  }
}

/** Whether a path is the folder or inside it. Both are real paths. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/**
 * The first step from `folder` down to `path` that exists and is not a folder, such as a link; null: there is none.
 * `folder` is a real path.
 */
export async function firstNonFolder(folder: string, path: string): Promise<string | null> {
  let step = folder;
  for (const name of relative(folder, path).split(sep)) {
    step = join(step, name);
    try {
      if (!(await lstat(step)).isDirectory()) return step;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }
  return null;
}
