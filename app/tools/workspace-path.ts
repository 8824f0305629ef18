import type { FileHandle } from 'node:fs/promises';
import { MAX_FOLDERS, protectedText } from '../../shared/crew/protected-path.ts';
import { codeOf, messageOf } from '../base/system-error.ts';
import { openInWorkspace, type PathRefusal, placeInWorkspace } from '../base/workspace-path.ts';

/** The file that a path argument refers to, or why it cannot be used, as a text for the model. */
export type Inside<T> = ({ ok: true } & T) | { ok: false; text: string; missing?: true };

/** Opens a file of the workspace for reading. `real` is its path after all links are followed. */
export async function openToRead(
  workspace: string,
  path: string,
): Promise<Inside<{ file: FileHandle; size: number; real: string }>> {
  try {
    const opened = await openInWorkspace(workspace, path);
    return opened.ok ? opened : refused(path, opened, `${path} is not a file.`);
  } catch (error) {
    const missing = codeOf(error) === 'ENOENT' ? { missing: true as const } : {};
    return { ok: false, text: `${path} cannot be read: ${reasonOf(error)}`, ...missing };
  }
}

/** Finds where a file of the workspace can be written, and creates the folders on the way. */
export async function placeToWrite(
  workspace: string,
  path: string,
): Promise<Inside<{ folder: string; name: string; shown: string }>> {
  try {
    const place = await placeInWorkspace(workspace, path);
    return place.ok ? place : refused(path, place, `${path} is a folder. Name a file.`);
  } catch (error) {
    return { ok: false, text: `${path} cannot be written: ${reasonOf(error)}` };
  }
}

function refused(path: string, refusal: PathRefusal, notAFile: string): { ok: false; text: string } {
  return { ok: false, text: textOf(path, refusal, notAFile) };
}

function textOf(path: string, refusal: PathRefusal, notAFile: string): string {
  switch (refusal.why) {
    case 'too_deep':
      return `The path names more than ${MAX_FOLDERS} nested folders. Use a shorter path.`;
    case 'outside':
      return `${path} is outside the workspace. Tools can use only files of the workspace. Give a path relative to it.`;
    case 'not_a_file':
      return notAFile;
    case 'protected':
      return `${refusal.path} cannot be written: tools cannot write ${protectedText(refusal.kind)}.`;
  }
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return 'the workspace has no such file.';
    case 'ENOSPC':
      return 'the disk is full.';
    case 'EACCES':
    case 'EPERM':
      return 'its permissions do not allow it.';
    default:
      return messageOf(error);
  }
}
