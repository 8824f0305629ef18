import { copyFile, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Project } from '../../shared/project/schema.ts';
import { serializeProject } from '../../shared/project/serialize.ts';

export type SaveResult = { ok: true } | { ok: false; message: string };

/**
 * Writes a crew file: the new text beside it, flushed, then moved into its place, so that a crash leaves the old file or
 * the new one and never half of one. What stood there before stays as one hidden backup, `.NAME.bak`. A link is followed,
 * and the file keeps its permissions.
 */
export async function saveProject(path: string, project: Project): Promise<SaveResult> {
  const target = await realpath(path).catch(() => path);
  const part = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
  try {
    const mode = (await stat(target).catch(() => null))?.mode;
    await writeFlushed(part, serializeProject(project), mode);
    if (mode !== undefined) await copyFile(target, join(dirname(target), `.${basename(target)}.bak`));
    await rename(part, target);
    return { ok: true };
  } catch (error) {
    await rm(part, { force: true });
    return {
      ok: false,
      message: `${path} could not be saved: ${reason(error)}. Nothing was changed; save it elsewhere.`,
    };
  }
}

async function writeFlushed(path: string, text: string, mode: number | undefined): Promise<void> {
  const file = await open(path, 'w', mode === undefined ? 0o666 : mode & 0o777);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOSPC':
      return 'the disk is full';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'this user may not write there';
    case 'ENOENT':
      return 'its folder does not exist';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
