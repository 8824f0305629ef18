import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { printable } from '../../shared/printable.ts';
import { isTooDeep, protectedPath } from '../../shared/project/protected-path.ts';
import { FolderHandle } from '../base/folder-handle.ts';
import { codeOf, messageOf } from '../base/system-error.ts';

export type WriteResult = { ok: true } | { ok: false; message: string };

/**
 * Writes a task's result to its `output_file`, a path relative to the workspace (its real path). Refused when a link
 * leads out of it. The text is made printable: control characters in a file could act on the terminal that shows it, or
 * hide what the file does. It is written to a file next to it and moved into place, so that nobody reads half of it.
 */
export async function writeOutputFile(workspace: string, file: string, text: string): Promise<WriteResult> {
  const path = join(workspace, file);
  if (isTooDeep(file) || !isInside(workspace, path) || isProtected(workspace, path)) return refused(file);
  try {
    const real = await makeFolder(workspace, dirname(path));
    if (real === null) return refused(file);
    const folder = await FolderHandle.open(real, 'refuse');
    try {
      // A link that was put on the way after the check leads to another folder.
      if ((await folder.realPath()) !== real) return refused(file);
      await folder.replace(basename(path), printable(text), { mode: 'default' });
    } finally {
      await folder.close();
    }
    return { ok: true };
  } catch (error) {
    return { ok: false, message: `The result could not be written to ${file}: ${messageOf(error)}` };
  }
}

/**
 * Makes the folders one by one, each checked after the links on its way have been followed.
 * @returns the real path of the last; null where it is not a folder that tasks may write to
 */
async function makeFolder(workspace: string, folder: string): Promise<string | null> {
  let path = workspace;
  for (const part of relative(workspace, folder)
    .split(sep)
    .filter((name) => name !== '')) {
    path = join(path, part);
    await mkdir(path).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    path = await realpath(path);
    if (!isInside(workspace, path) || isProtected(workspace, path)) return null;
  }
  return path;
}

function isInside(workspace: string, path: string): boolean {
  const inside = relative(workspace, path);
  return inside !== '..' && !inside.startsWith(`..${sep}`) && inside !== '' && join(workspace, inside) === path;
}

function isProtected(workspace: string, path: string): boolean {
  return protectedPath(relative(workspace, path)) !== null;
}

function refused(file: string): WriteResult {
  return {
    ok: false,
    message: `The result may not be written to ${file}: it leads out of the workspace, through too many folders, or to a file that tasks must not change.`,
  };
}
