import { closeSync, constants, fchmodSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { PRIVATE_FOLDER } from './file-mode.ts';
import { makeFolders } from './make-folders.ts';
import { codeOf, isUnsupported } from './system-error.ts';

/**
 * Creates a folder that only its owner can access, with its missing parents. The permissions of an existing folder are
 * tightened (see `tightenPermissions`). Rejects with the system's error.
 */
export async function makePrivateFolder(path: string): Promise<void> {
  const made = await makeFolders(path, 'private');
  if (made.length === 0) tightenPermissions(path);
}

/** Like `makePrivateFolder`, but synchronous. */
export function makePrivateFolderSync(path: string): void {
  const made = mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER });
  if (made === undefined) tightenPermissions(path);
}

/**
 * Removes the permissions of the group and of others from a file or folder. Does nothing for a missing path, a link,
 * another user's file, or a shared folder such as `/tmp`.
 */
export function tightenPermissions(path: string): void {
  if (process.platform === 'win32') return;
  const handle = openEntry(path);
  if (handle === null) return;
  try {
    const { mode, uid } = fstatSync(handle);
    const isShared = (mode & 0o1000) !== 0;
    if (uid === process.getuid?.() && !isShared && (mode & 0o077) !== 0) fchmodSync(handle, mode & 0o700);
  } catch (error) {
    if (!isUnsupported(error) && codeOf(error) !== 'EROFS') throw error;
  } finally {
    closeSync(handle);
  }
}

function openEntry(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'EACCES', 'ENXIO', 'ENOTDIR'].includes(String(codeOf(error)))) return null;
    throw error;
  }
}
