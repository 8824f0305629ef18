import { lstat, mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { PRIVATE_FOLDER } from './file-mode.ts';
import { codeOf } from './system-error.ts';

/**
 * Creates a folder and its missing parents, one at a time, because Node's recursive `mkdir` never returns in folders
 * such as `/proc`. Rejects with the system's error, or if a file has the name.
 * @param access `private`: for the owner only, regardless of the umask; `default`: the umask applies
 * @returns the created folders, the uppermost first
 */
export async function makeFolders(path: string, access: 'private' | 'default'): Promise<string[]> {
  const missing: string[] = [];
  for (let folder = resolve(path); !(await exists(folder)); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) await make(folder, access);
  return missing;
}

/** Removes the folders that `makeFolders` created and that are still empty. */
export async function removeCreatedFolders(made: readonly string[]): Promise<void> {
  for (const folder of made.toReversed()) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}

/**
 * Creates one folder. A folder that another process created at the same moment is accepted; a link or a file is not.
 */
async function make(folder: string, access: 'private' | 'default'): Promise<void> {
  try {
    await mkdir(folder, { mode: access === 'private' ? PRIVATE_FOLDER : 0o777 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !(await lstat(folder)).isDirectory()) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return path === dirname(path);
    throw error;
  }
  throw new Error(`${path} is not a folder`);
}
