import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { codeOf } from './system-error.ts';

/** Whether a path is the folder or inside it, judged only by its text. Resolve links first if they matter. */
export function isInside(folder: string, path: string): boolean {
  const steps = relative(folder, path);
  return steps !== '..' && !steps.startsWith(`..${sep}`) && !isAbsolute(steps);
}

/** Whether a path is inside the folder and not the folder itself, judged only by its text. */
export function isBelow(folder: string, path: string): boolean {
  return isInside(folder, path) && relative(folder, path) !== '';
}

/** Whether a path leads below a folder after all links are followed. A path that cannot be followed does not. */
export async function leadsBelow(folder: string, path: string): Promise<boolean> {
  try {
    return isBelow(await realPathOf(folder), await realPathOf(path));
  } catch {
    return false;
  }
}

/** Resolves the links of a path as far as it exists and appends the missing names. Rejects with a system error. */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const full = resolve(path);
    if (codeOf(error) !== 'ENOENT' || full === dirname(full)) throw error;
    return join(await realPathOf(dirname(full)), basename(full));
  }
}

/**
 * Like `realPathOf`, for comparing paths: a path that cannot be resolved, such as a loop of links, is returned
 * unchanged.
 */
export async function comparablePath(path: string): Promise<string> {
  return realPathOf(path).catch(() => path);
}

/**
 * Returns the first step from `folder` down to `path` that exists and is not a folder, such as a link, or null.
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
