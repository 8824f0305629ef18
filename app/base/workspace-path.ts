import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { isTooDeep, type Protected, protectedPath } from '../../shared/crew/protected-path.ts';
import { isInside } from './contained-path.ts';
import { type FileContent, FolderHandle } from './folder-handle.ts';
import { codeOf } from './system-error.ts';
import { writeRefusal } from './write-rule.ts';

/**
 * Why a path cannot be used in a workspace.
 * - `too_deep`: it names too many folders.
 * - `outside`: it leads out of the workspace, by its text or by a link, or to the files of Crewlane.
 * - `not_a_file`: it names a folder, a pipe or a device.
 * - `protected`: a run cannot write `path`, which is relative to the workspace.
 */
export type PathRefusal =
  | { ok: false; why: 'too_deep' | 'outside' | 'not_a_file' }
  | { ok: false; why: 'protected'; kind: Protected; path: string };

export type OpenedFile = { ok: true; file: FileHandle; size: number; real: string } | PathRefusal;

/** `folder` is a real path inside the workspace, and `name` a name in it. `shown`: see `shownPath`. */
export type WritePlace = { ok: true; folder: string; name: string; shown: string } | PathRefusal;

/**
 * Opens a file of a workspace for reading. Links are followed as long as they stay inside. The opened file is compared
 * with the checked one, so that a link created in between is detected. Rejects with the system's error.
 * @param workspace a real path
 */
export async function openInWorkspace(workspace: string, path: string): Promise<OpenedFile> {
  const lexical = lexicalPath(workspace, path);
  if (typeof lexical !== 'string') return lexical;
  const real = await realpath(lexical).catch(async (error: unknown) => {
    const other = codeOf(error) === 'ENOENT' ? await otherSpelling(workspace, lexical) : null;
    if (other === null) throw error;
    return realpath(other);
  });
  if (!isInside(workspace, real) || protectedPath(shownPath(workspace, real)) === 'crewlane') return OUTSIDE;
  const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const [opened, checked, again] = await Promise.all([file.stat(), stat(real), realpath(real)]);
    const isSame = opened.dev === checked.dev && opened.ino === checked.ino && again === real;
    if (isSame && opened.isFile()) return { ok: true, file, size: opened.size, real };
    await file.close();
    return isSame ? NOT_A_FILE : OUTSIDE;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Finds where a file of a workspace can be written, and creates the folders on the way. Each folder is checked after
 * its links are followed and before the next is created. Rejects with the system's error.
 * @param workspace a real path
 */
export async function placeInWorkspace(workspace: string, path: string): Promise<WritePlace> {
  const named = lexicalPath(workspace, path);
  if (typeof named !== 'string') return named;
  if (named === workspace) return OUTSIDE;
  const lexical = await existingSpelling(workspace, named);
  if (/[/\\]$/.test(path)) return NOT_A_FILE;
  const refused = await protection(workspace, lexical);
  if (refused !== null) return refused;
  const made = await makeFolders(workspace, dirname(lexical));
  if (!made.ok) return made;
  const name = basename(lexical);
  const target = join(made.folder, name);
  const protectedTarget = await protection(workspace, target);
  if (protectedTarget !== null) return protectedTarget;
  const found = await lstat(target).catch(() => null);
  if (found?.isDirectory()) return NOT_A_FILE;
  return { ok: true, folder: made.folder, name, shown: shownPath(workspace, lexical) };
}

/**
 * Writes a file to a place of `placeInWorkspace` in one step. A link under its name is replaced, not followed. Rejects
 * with the system's error, and if the folder was moved or replaced by a link since.
 */
export async function replaceAtPlace(place: { folder: string; name: string }, content: FileContent): Promise<void> {
  const folder = await FolderHandle.open(place.folder, 'refuse');
  const check = async () => {
    if ((await folder.realPath()) !== place.folder) throw new Error('its folder was moved meanwhile');
  };
  try {
    await folder.replace(place.name, content, { mode: 'default', check });
  } finally {
    await folder.close();
  }
}

/**
 * Writes a new file at a place of `placeInWorkspace` in one step. Returns false if anything has its name. Rejects as
 * `replaceAtPlace` does.
 */
export async function createAtPlace(place: { folder: string; name: string }, content: FileContent): Promise<boolean> {
  return inFolder(place.folder, async (folder) => {
    try {
      await folder.createWhole(place.name, content);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
  });
}

/**
 * Opens the file at a place of `placeInWorkspace` to read it and add to its end, and creates it if it is missing. Rejects
 * as `replaceAtPlace` does, and for a link or a file with other names.
 */
export async function openToAppend(place: { folder: string; name: string }): Promise<FileHandle> {
  return inFolder(place.folder, (folder) => folder.openToAppend(place.name));
}

/** Uses a folder, unless it was moved or replaced by a link since it was checked. */
async function inFolder<T>(path: string, use: (folder: FolderHandle) => Promise<T>): Promise<T> {
  const folder = await FolderHandle.open(path, 'refuse');
  try {
    if ((await folder.realPath()) !== path) throw new Error('its folder was moved meanwhile');
    return await use(folder);
  } finally {
    await folder.close();
  }
}

/**
 * Returns the path of a folder of a workspace, relative to it, with `/` and after its links were followed; null if it is
 * not a folder in the workspace, or one of Crewlane.
 * @param workspace a real path
 */
export async function folderInWorkspace(workspace: string, path: string): Promise<string | null> {
  const lexical = lexicalPath(workspace, path);
  if (typeof lexical !== 'string') return null;
  const found = await realpath(lexical).catch(() => null);
  const real = found ?? (await otherSpelling(workspace, lexical));
  const facts = real === null ? null : await stat(real).catch(() => null);
  if (real === null || !isInside(workspace, real) || !facts?.isDirectory()) return null;
  const shown = shownPath(workspace, real);
  return protectedPath(shown) === 'crewlane' ? null : shown;
}

/** Returns a path in a workspace, absolute or relative, as figures and answers show it: relative, with `/`. */
export function shownPath(workspace: string, path: string): string {
  return relative(workspace, resolve(workspace, path)).split(sep).join('/');
}

const OUTSIDE: PathRefusal = { ok: false, why: 'outside' };
const NOT_A_FILE: PathRefusal = { ok: false, why: 'not_a_file' };

/** Returns the absolute path that a text names, before links are followed. */
function lexicalPath(workspace: string, path: string): string | PathRefusal {
  if (isTooDeep(path)) return { ok: false, why: 'too_deep' };
  if (path === '' || path.includes('\0')) return OUTSIDE;
  const full = resolve(workspace, path);
  return isInside(workspace, full) ? full : OUTSIDE;
}

async function protection(workspace: string, path: string): Promise<PathRefusal | null> {
  const kind = await writeRefusal(workspace, path);
  return kind === null ? null : { ok: false, why: 'protected', kind, path: shownPath(workspace, path) };
}

async function makeFolders(workspace: string, folder: string): Promise<{ ok: true; folder: string } | PathRefusal> {
  let real = workspace;
  for (const name of relative(workspace, folder).split(sep)) {
    if (name === '') continue;
    const next = join(real, name);
    await mkdir(next).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    real = await realpath(next);
    if (!isInside(workspace, real)) return OUTSIDE;
    const refused = await protection(workspace, real);
    if (refused !== null) return refused;
  }
  return { ok: true, folder: real };
}

/**
 * Returns an existing path whose names differ only in their Unicode form (NFC, NFD), as in archives from a Mac; null
 * if there is none.
 */
async function otherSpelling(workspace: string, path: string): Promise<string | null> {
  const { found, missing } = await spelledAsExisting(workspace, path);
  return missing.length === 0 ? found : null;
}

/**
 * Returns the path under which a file is written: names that exist in another Unicode form keep that form, so that no
 * second file with the same name appears.
 */
async function existingSpelling(workspace: string, path: string): Promise<string> {
  if ((await lstat(path).catch(() => null)) !== null) return path;
  const { found, missing } = await spelledAsExisting(workspace, path);
  return join(found, ...missing);
}

/** Returns the existing part of a path in the Unicode form of its names on disk, and the names that are missing. */
async function spelledAsExisting(workspace: string, path: string): Promise<{ found: string; missing: string[] }> {
  const steps = relative(workspace, path).split(sep);
  let found = workspace;
  for (const [index, step] of steps.entries()) {
    const names = await readdir(found).catch((): string[] => []);
    const wanted = step.normalize('NFC');
    const name = names.includes(step) ? step : names.find((other) => other.normalize('NFC') === wanted);
    if (name === undefined) return { found, missing: steps.slice(index) };
    found = join(found, name);
  }
  return { found, missing: [] };
}
