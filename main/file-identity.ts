import { stat } from 'node:fs/promises';
import { comparablePath } from '../app/base/contained-path.ts';

/** Identifies the file that a path leads to, independent of the path's spelling. */
export interface FileIdentity {
  /** The path without links, in the spelling of the file system. */
  real: string;
  /** Device and inode; null if the file does not exist. */
  inode: string | null;
}

/** Finds the file that a path leads to. A file that does not exist is identified by its folder and name. */
export async function identifyFile(path: string): Promise<FileIdentity> {
  const facts = await stat(path, { bigint: true }).catch(() => null);
  return { real: await comparablePath(path), inode: facts && facts.ino !== 0n ? `${facts.dev}:${facts.ino}` : null };
}

/** Whether two paths lead to one file. Hard links to one file are the same file. */
export function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return one.real === other.real || (one.inode !== null && one.inode === other.inode);
}
