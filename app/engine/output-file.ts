import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { printable } from '../../shared/printable.ts';
import { isTooDeep, type Protected, protectedText } from '../../shared/project/protected-path.ts';
import { FolderHandle } from '../base/folder-handle.ts';
import { codeOf, messageOf } from '../base/system-error.ts';
import { writeRefusal } from '../base/write-rule.ts';

export type WriteResult = { ok: true } | { ok: false; message: string };

/**
 * Writes a task's result to its `output_file`, a path relative to the workspace (its real path). Refused when a link
 * leads out of the workspace, and where a run cannot write. The text is made printable: control characters in a file could
 * act on the terminal that shows it, or hide what the file does. The file is written under another name and renamed, so that
 * no reader sees half of it; a link under its name is replaced.
 */
export async function writeOutputFile(workspace: string, file: string, text: string): Promise<WriteResult> {
  const path = join(workspace, file);
  if (isTooDeep(file) || !isInside(workspace, path)) return outside(file);
  const refusal = await writeRefusal(workspace, path);
  if (refusal !== null) return refused(file, refusal);
  try {
    const real = await makeFolder(workspace, dirname(path));
    if (real === null) return outside(file);
    const there = await writeRefusal(workspace, join(real, basename(path)));
    if (there !== null) return refused(file, there);
    const folder = await FolderHandle.open(real, 'refuse');
    try {
      // A link that was put on the way after the check leads to another folder.
      if ((await folder.realPath()) !== real) return outside(file);
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
 * Makes the folders one by one. Each is checked after the links on its way have been followed, and before the next is
 * made. @returns the real path of the last; null where a link leads out, or to a folder in which a run cannot write
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
    if (path !== workspace && !isInside(workspace, path)) return null;
    if ((await writeRefusal(workspace, path)) !== null) return null;
  }
  return path;
}

function isInside(workspace: string, path: string): boolean {
  const inside = relative(workspace, path);
  return inside !== '..' && !inside.startsWith(`..${sep}`) && inside !== '' && join(workspace, inside) === path;
}

function outside(file: string): WriteResult {
  const message = `The result cannot be written to ${file}: the path leads out of the workspace, through too many folders, or to a protected folder.`;
  return { ok: false, message };
}

function refused(file: string, kind: Protected): WriteResult {
  return { ok: false, message: `The result cannot be written to ${file}: tasks cannot write ${protectedText(kind)}.` };
}
