import { createHash } from 'node:crypto';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { printable } from '../../shared/printable.ts';
import { protectedPath } from '../../shared/project/protected-path.ts';

export type WriteResult = { ok: true } | { ok: false; message: string };

/**
 * Writes a task's result to its `output_file`, a path relative to the workspace (its real path). Refused when a link
 * leads out of it. The text is made printable: control characters in a file could act on the terminal that shows it, or
 * hide what the file does. It is written to a file next to it and moved into place, so that nobody reads half of it.
 */
export async function writeOutputFile(workspace: string, file: string, text: string): Promise<WriteResult> {
  const path = join(workspace, file);
  if (!isInside(workspace, path) || isProtected(workspace, path)) return refused(file);
  const unfinished = join(dirname(path), partName(basename(path)));
  try {
    if (!(await makeFolder(workspace, dirname(path)))) return refused(file);
    // One of a process that was killed, which may have had this one's number.
    await rm(unfinished, { force: true });
    await writeNew(unfinished, printable(text));
    await rename(unfinished, path);
    return { ok: true };
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    return { ok: false, message: `The result could not be written to ${file}: ${messageOf(error)}` };
  }
}

/** Of the file's own, and never too long where the file's is not. */
function partName(name: string): string {
  return `.${createHash('sha256').update(name).digest('hex').slice(0, 16)}.${process.pid}.part`;
}

/** Makes the folders one by one, each checked after the links on its way have been followed. */
async function makeFolder(workspace: string, folder: string): Promise<boolean> {
  let path = workspace;
  for (const part of relative(workspace, folder)
    .split(sep)
    .filter((name) => name !== '')) {
    path = join(path, part);
    await mkdir(path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
    path = await realpath(path);
    if (!isInside(workspace, path) || isProtected(workspace, path)) return false;
  }
  return true;
}

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
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
    message: `The result may not be written to ${file}: it leads out of the workspace, or to a file that tasks must not change.`,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
