import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isTooDeep, MAX_FOLDERS, protectedPath, protectedText } from '../../shared/project/protected-path.ts';
import { writeRefusal } from '../base/write-rule.ts';

/** Where a path of a tool's argument leads, or why it may not be used. */
export type Inside<T> = ({ ok: true } & T) | { ok: false; text: string; missing?: true };

/**
 * Opens a file of the workspace for reading. The path is followed to where it really leads, links included; the file that
 * was opened is compared with what was checked, so that a link put there in between leads nowhere.
 */
export async function openToRead(
  workspace: string,
  path: string,
): Promise<Inside<{ file: FileHandle; size: number; real: string }>> {
  if (isTooDeep(path)) return tooDeep();
  const lexical = within(workspace, path);
  if (lexical === null) return outside(path);
  let file: FileHandle | null = null;
  try {
    const real = await realpath(lexical).catch(async (error: unknown) => {
      const other = codeOf(error) === 'ENOENT' ? await otherSpelling(workspace, lexical) : null;
      if (other === null) throw error;
      return realpath(other);
    });
    if (!contains(workspace, real) || protectedPath(shownPath(workspace, real)) === 'crewlane') return outside(path);
    file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const [opened, checked, again] = await Promise.all([file.stat(), stat(real), realpath(real)]);
    const same = opened.dev === checked.dev && opened.ino === checked.ino && again === real;
    if (same && opened.isFile()) return { ok: true, file, size: opened.size, real };
    await file.close();
    return same ? { ok: false, text: `${path} is not a file.` } : outside(path);
  } catch (error) {
    await file?.close();
    const missing = codeOf(error) === 'ENOENT' ? { missing: true as const } : {};
    return { ok: false, text: `${path} cannot be read: ${reasonOf(error)}`, ...missing };
  }
}

/**
 * The real folder and name under which a file of the workspace may be written; folders on the way are made. What stands
 * under the name is to be replaced by a rename, which follows no link.
 */
export async function placeToWrite(
  workspace: string,
  path: string,
): Promise<Inside<{ folder: string; name: string; shown: string }>> {
  if (isTooDeep(path)) return tooDeep();
  const lexical = within(workspace, path);
  if (lexical === null || lexical === workspace) return outside(path);
  const shown = shownPath(workspace, lexical);
  const guarded = await guardedName(workspace, lexical);
  if (guarded !== null) return { ok: false, text: guarded };
  try {
    const folder = await makeFolders(workspace, dirname(lexical));
    if (folder === null) return outside(path);
    const guardedPlace = await guardedName(workspace, join(folder, basename(lexical)));
    if (guardedPlace !== null) return { ok: false, text: guardedPlace };
    const found = await lstat(join(folder, basename(lexical))).catch(() => null);
    if (found?.isDirectory()) return { ok: false, text: `${path} is a folder. Name a file.` };
    return { ok: true, folder, name: basename(lexical), shown };
  } catch (error) {
    return { ok: false, text: `${path} cannot be written: ${reasonOf(error)}` };
  }
}

/**
 * A path of the workspace whose names differ only in how letters with marks are composed (NFC, NFD), as in archives from a
 * Mac; null if there is none.
 */
async function otherSpelling(workspace: string, path: string): Promise<string | null> {
  let found = workspace;
  for (const step of relative(workspace, path).split(sep)) {
    const names = await readdir(found).catch((): string[] => []);
    const wanted = step.normalize('NFC');
    const name = names.includes(step) ? step : names.find((other) => other.normalize('NFC') === wanted);
    if (name === undefined) return null;
    found = join(found, name);
  }
  return found;
}

/** How a path in the workspace, absolute or relative to it, is named in figures and answers: relative, with `/`. */
export function shownPath(workspace: string, path: string): string {
  return relative(workspace, resolve(workspace, path)).split(sep).join('/');
}

/** Whether a real path lies in the folder. */
export function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function within(workspace: string, path: string): string | null {
  if (path === '' || path.includes('\0')) return null;
  const full = resolve(workspace, path);
  return contains(workspace, full) ? full : null;
}

/** Why a path, real up to its last name, cannot be written; null: it can. */
async function guardedName(workspace: string, path: string): Promise<string | null> {
  const kind = await writeRefusal(workspace, path);
  return kind === null
    ? null
    : `${shownPath(workspace, path)} cannot be written: tools cannot write ${protectedText(kind)}.`;
}

/**
 * Makes one folder after the other, each checked before the next, and stops before a guarded one: a link inside the
 * workspace may lead there under another name. @returns its real path, or null where a link leads out
 */
async function makeFolders(workspace: string, folder: string): Promise<string | null> {
  const steps = relative(workspace, folder).split(sep);
  let real = workspace;
  for (const step of steps.filter((part) => part !== '')) {
    const next = join(real, step);
    await mkdir(next).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    real = await realpath(next);
    if (!contains(workspace, real)) return null;
    if ((await guardedName(workspace, real)) !== null) return real;
  }
  return real;
}

function tooDeep(): { ok: false; text: string } {
  return {
    ok: false,
    text: `The path names more than ${MAX_FOLDERS} folders, one inside the other. Use a shorter path.`,
  };
}

function outside(path: string): { ok: false; text: string } {
  return {
    ok: false,
    text: `${path} is outside the workspace. Tools use files of the workspace alone: give a path relative to it.`,
  };
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return 'there is no such file in the workspace.';
    case 'ENOSPC':
      return 'the disk is full.';
    case 'EACCES':
    case 'EPERM':
      return 'its permissions do not allow it.';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
