import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Problem } from '../../../shared/crew/problem.ts';
import { visibleLine } from '../../../shared/printable.ts';
import { FolderHandle } from '../../base/folder-handle.ts';
import { readTextFile } from '../../base/read-text-file.ts';
import { codeOf, messageOf } from '../../base/system-error.ts';

/** A single file of a project may have this size. Real ones have a few kilobytes. */
export const MAX_FILE_BYTES = 2 * 1024 * 1024;
/** Entries of a folder that an import looks at. */
const MAX_ENTRIES = 100;
/** All files of a project that an import reads. */
const MAX_TOTAL_CHARACTERS = 16 * 1024 * 1024;

export type SourceRead = { ok: true; text: string } | { ok: false; problem: Problem };

/**
 * The folder of a project from elsewhere. Reads only regular files inside it, by names that the project may have chosen:
 * no link is followed, and a name cannot lead out of the folder.
 */
export class SourceFolder {
  readonly #root: string;
  readonly #handle: FolderHandle;
  #read = 0;

  private constructor(root: string, handle: FolderHandle) {
    this.#root = root;
    this.#handle = handle;
  }

  /** Opens the folder that a person named. It may be a link, because the person chose it. */
  static async open(path: string): Promise<{ ok: true; folder: SourceFolder } | { ok: false; problem: Problem }> {
    try {
      return { ok: true, folder: new SourceFolder(path, await FolderHandle.open(path)) };
    } catch (error) {
      const message =
        codeOf(error) === 'ENOENT'
          ? `There is no folder ${path}. Check the path.`
          : codeOf(error) === 'ENOTDIR'
            ? `${path} is not a folder. Choose the folder of the project.`
            : `${path} could not be read: ${messageOf(error)}`;
      return { ok: false, problem: problemOf('unreadable', message) };
    }
  }

  /** Reads the first of these files that exists; null if there is none. Names are relative, with `/`. */
  async readFirst(names: readonly string[]): Promise<(SourceRead & { name: string }) | null> {
    for (const name of names) {
      const read = await this.#readFile(name);
      if (read !== null) return { ...read, name };
    }
    return null;
  }

  /** Returns the names in a folder of the project, sorted. Links are left out. A folder that cannot be read is empty. */
  async entries(path: string): Promise<{ files: string[]; folders: string[] }> {
    const folder = await FolderHandle.open(this.#handle.pathOf(path === '' ? '.' : path), 'refuse').catch(() => null);
    if (folder === null) return { files: [], folders: [] };
    try {
      const found = await readdir(folder.pathOf('.'), { withFileTypes: true });
      const plain = found.filter(({ name }) => isPlainStep(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
      const names = (isWanted: (entry: Dirent) => boolean) => plain.filter(isWanted).map(({ name }) => name);
      return {
        files: names((entry) => entry.isFile()).slice(0, MAX_ENTRIES),
        folders: names((entry) => entry.isDirectory()).slice(0, MAX_ENTRIES),
      };
    } finally {
      await folder.close();
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Returns null if the file, or a folder on the way to it, does not exist. */
  async #readFile(name: string): Promise<SourceRead | null> {
    const steps = name.split('/');
    if (!steps.every(isPlainStep)) return refused(`"${visibleLine(name)}" is not the name of a file of the project.`);
    const opened: FolderHandle[] = [];
    try {
      let folder = this.#handle;
      for (const step of steps.slice(0, -1)) {
        folder = await FolderHandle.open(folder.pathOf(step), 'refuse');
        opened.push(folder);
      }
      return await this.#readIn(folder, steps.at(-1) ?? '', name);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      return refused(`${this.#shown(name)} could not be read: it is in a link, or in something that is not a folder.`);
    } finally {
      for (const folder of opened) await folder.close();
    }
  }

  async #readIn(folder: FolderHandle, step: string, name: string): Promise<SourceRead | null> {
    const read = await readTextFile(folder.pathOf(step), { maxBytes: MAX_FILE_BYTES, links: 'refuse' });
    if (!read.ok) {
      return read.kind === 'missing' ? null : refused(`${this.#shown(name)} could not be read: ${read.reason}.`);
    }
    this.#read += read.text.length;
    if (this.#read > MAX_TOTAL_CHARACTERS) return refused(`The files of ${this.#root} are too large to import.`);
    return { ok: true, text: read.text.replace(/^\ufeff/, '') };
  }

  #shown(name: string): string {
    return `${this.#root}/${visibleLine(name)}`;
  }
}

/** Whether a name is that of an entry of a folder on every system. */
function isPlainStep(step: string): boolean {
  return /^[^\p{Cc}\\/:*?"<>|]+$/u.test(step) && !/^\.+$/.test(step) && step.length <= 200;
}

function refused(message: string): SourceRead {
  return { ok: false, problem: problemOf('unreadable', message) };
}

/** Makes a problem without a location in a crew file. */
export function problemOf(code: string, message: string): Problem {
  return { code, message, path: '', line: 0, column: 0 };
}
