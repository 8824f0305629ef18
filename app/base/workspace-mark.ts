import { constants } from 'node:fs';
import { lstat, mkdir, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CREWLANE_FOLDER } from '../../shared/crew/protected-path.ts';
import { PRIVATE_FOLDER } from './file-mode.ts';
import { FolderHandle } from './folder-handle.ts';
import { codeOf } from './system-error.ts';

/**
 * How a folder became a workspace.
 * - `created`: Crewlane created it, or it was empty.
 * - `existing`: it had content, and a person confirmed it. Names that other programs act on cannot be written.
 * - `any_name`: as `existing`, and the person allowed every name.
 */
export type WorkspaceKind = 'created' | 'existing' | 'any_name';

const KINDS: readonly WorkspaceKind[] = ['created', 'existing', 'any_name'];
const MARK_FILE = 'workspace';

/**
 * How this folder became a workspace; null if it never was one. The mark is valid only in the folder that it was
 * written for: a mark that arrives with a copied folder or a repository does not count.
 */
export async function workspaceKind(workspace: string): Promise<WorkspaceKind | null> {
  const folder = join(workspace, CREWLANE_FOLDER);
  try {
    if (!(await lstat(folder)).isDirectory()) return null;
    const file = await open(join(folder, MARK_FILE), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) return null;
      const text = await readFile(file, 'utf8');
      const identity = await identityOf(folder);
      return KINDS.find((kind) => text === markOf(kind, identity)) ?? null;
    } finally {
      await file.close();
    }
  } catch {
    return null; // There is no mark, or the file is not a valid mark.
  }
}

/** Writes the mark of a workspace. Rejects with the system's error, and if something else has the name `.crewlane`. */
export async function markWorkspace(workspace: string, kind: WorkspaceKind): Promise<void> {
  const path = await makeCrewlaneFolder(workspace);
  if ((await workspaceKind(workspace)) === kind) return;
  const folder = await FolderHandle.open(path, 'refuse');
  try {
    await folder.replace(MARK_FILE, markOf(kind, await identityOf(path)));
  } finally {
    await folder.close();
  }
}

/**
 * Makes `.crewlane` in a workspace, which contains its mark and its lock. Rejects if it is a link or a file. @returns
 * its path
 */
export async function makeCrewlaneFolder(workspace: string): Promise<string> {
  const path = join(workspace, CREWLANE_FOLDER);
  try {
    await mkdir(path, { mode: PRIVATE_FOLDER });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (!(await lstat(path)).isDirectory()) throw new Error(`${path} is not a folder. Remove it`);
  }
  return path;
}

function markOf(kind: WorkspaceKind, identity: string): string {
  return `crewlane-workspace/1 ${kind} ${identity}\n`;
}

/** Returns the inode number and creation time of a folder, which nobody can choose for a folder on another machine. */
async function identityOf(folder: string): Promise<string> {
  const { ino, birthtimeNs } = await stat(folder, { bigint: true });
  return `${ino} ${birthtimeNs}`;
}
