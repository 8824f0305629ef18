import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Crew } from '../../shared/crew/schema.ts';
import { serializeCrew } from '../../shared/crew/serialize.ts';
import { MAX_JSON_BYTES } from '../../shared/parse-json.ts';
import { FolderHandle } from '../base/folder-handle.ts';
import { writeFailure } from '../base/system-error.ts';
import { type FileOnDisk, readFileState } from './file-on-disk.ts';
import { loadCrew } from './load.ts';

/** The expected state on disk before a file is replaced: content with this hash, or no file. */
export type Expected = { hash: string } | 'missing';

export type SaveResult =
  | { ok: true }
  /** `changed`: the file on disk is not the expected one. */
  | { ok: false; changed: boolean; message: string };

/** Writes a crew like `writeCrewFile`, regardless of the content on disk. */
export function saveCrew(path: string, crew: Crew): Promise<SaveResult> {
  return writeCrewFile(path, serializeCrew(crew), null);
}

/**
 * Writes the text of a crew file in one step, so that a crash leaves the old file or the new one. The previous
 * content stays as one hidden backup, `.NAME.bak`, and the file keeps its permissions. If `path` is a link to a crew
 * file, the file that it leads to is written; no other link is followed (docs/decisions/files-and-links.md). With
 * `expected`, the file is compared right before it is replaced, and a file that another program has changed is not
 * replaced.
 */
export async function writeCrewFile(path: string, text: string, expected: Expected | null): Promise<SaveResult> {
  if (Buffer.byteLength(text) > MAX_JSON_BYTES) return tooLarge(path);
  const check = async (target: string) => {
    if (expected !== null && !isExpected(expected, await readFileState(target))) throw new ChangedError();
  };
  try {
    const linked = await linkedFile(path);
    const target = linked ?? path;
    const folder = await FolderHandle.open(dirname(target), linked === null ? 'follow' : 'refuse');
    try {
      const name = basename(target);
      // Checked in the open folder, so that a link created in between cannot lead to another file.
      if (linked !== null && !(await loadCrew(folder.pathOf(name))).ok) return notACrew(path, linked);
      await folder.replace(name, text, { mode: 'keep', backup: `.${name}.bak`, check });
      return { ok: true };
    } finally {
      await folder.close();
    }
  } catch (error) {
    return {
      ok: false,
      changed: error instanceof ChangedError,
      message: `Could not save ${path}: ${writeFailure(error)}. The file was not changed. Save to another location.`,
    };
  }
}

class ChangedError extends Error {
  constructor() {
    super('another program has changed it');
  }
}

function isExpected(expected: Expected, disk: FileOnDisk): boolean {
  if (expected === 'missing') return disk.kind === 'missing';
  return disk.kind === 'file' && disk.hash === expected.hash;
}

/** Returns the real path of the file that a link leads to; null if `path` is not a link or is a dangling link. */
async function linkedFile(path: string): Promise<string | null> {
  const isLink = await lstat(path).then(
    (facts) => facts.isSymbolicLink(),
    () => false,
  );
  return isLink ? realpath(path).catch(() => null) : null;
}

function tooLarge(path: string): SaveResult {
  const mib = MAX_JSON_BYTES / (1024 * 1024);
  return {
    ok: false,
    changed: false,
    message: `Could not save ${path}: the crew is larger than ${mib} MiB and could not be opened again. Shorten its texts.`,
  };
}

function notACrew(path: string, real: string): SaveResult {
  return {
    ok: false,
    changed: false,
    message: `Could not save ${path}: it is a link to ${real}, which is not a crew file. The file was not changed. Save to another location.`,
  };
}
