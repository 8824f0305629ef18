import { mkdir } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';
import { namedPathProblem } from '../../shared/crew/named-path.ts';
import { firstNonFolder, realPathOf } from './contained-path.ts';
import { createFile } from './folder-handle.ts';
import { sha256 } from './hash.ts';
import { makePrivateFolder } from './private-folder.ts';
import { readTextFile } from './read-text-file.ts';
import { messageOf } from './system-error.ts';

/** A file that a crew file names, such as a script. */
export interface NamedFile {
  text: string;
  /** The hash of the text. Trust depends on it. */
  sha256: string;
}

/** Named files by their paths, as the crew file spells them. */
export type NamedFiles = ReadonlyMap<string, NamedFile>;

/** `reason` ends a sentence about the file: "it does not exist". */
export type NamedFileRead = { ok: true; file: NamedFile } | { ok: false; reason: string };

/** The folder of a run or a batch with copies of the named files, so that a resume or a rerun uses the same. */
export function copiesFolder(dir: string): string {
  return join(dir, 'named_files');
}

/**
 * Reads a text file that a crew file names. It is below the folder of the crew file, and neither it nor a folder on the
 * way is a link, so that a crew from elsewhere cannot show other files of this machine to a model.
 */
export async function readNamedFile(folder: string, named: string, maxBytes: number): Promise<NamedFileRead> {
  const problem = namedPathProblem(named);
  if (problem !== null) return { ok: false, reason: `its path ${problem}` };
  try {
    const real = await realPathOf(folder);
    const path = pathBelow(real, named);
    const step = dirname(path) === real ? null : await firstNonFolder(real, dirname(path));
    if (step !== null) return { ok: false, reason: `${relative(real, step)} is a link or a file` };
    const read = await readTextFile(path, { maxBytes, links: 'refuse' });
    return read.ok ? { ok: true, file: { text: read.text, sha256: sha256(read.text) } } : read;
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  }
}

/** Stores copies of named files in the new folder of a run or a batch. Rejects with the system's error. */
export async function storeNamedFiles(dir: string, files: NamedFiles): Promise<void> {
  for (const [named, { text }] of files) {
    const path = pathBelow(copiesFolder(dir), named);
    await makePrivateFolder(dirname(path));
    await createFile(path, text);
  }
}

/** Writes a new file that a crew file names. Rejects with the system's error, also if the file exists. */
export async function writeNewFile(folder: string, named: string, text: string): Promise<void> {
  const path = pathBelow(folder, named);
  await mkdir(dirname(path), { recursive: true });
  await createFile(path, text, 'default');
}

/** Crew files separate names with `/` on every system. */
function pathBelow(folder: string, named: string): string {
  return join(folder, posix.normalize(named.replaceAll('\\', '/')).split('/').join(sep));
}
