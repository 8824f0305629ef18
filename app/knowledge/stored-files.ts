import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../base/folder-handle.ts';
import { makePrivateFolder } from '../base/private-folder.ts';

/** The maximum size of all files. Above it, the least recently used files are removed. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * Stores what was computed from the content of files, by hash: pieces, indexes and embeddings. If a stored file cannot
 * be read or written, its content is computed again.
 */
export class StoredFiles {
  readonly #folder: string;
  #wrote = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns what was stored under a name, such as `HASH.json`; null if there is nothing. */
  async get(name: string): Promise<Buffer | null> {
    const path = join(this.#folder, name);
    const content = await readFile(path).catch(() => null);
    const now = new Date();
    if (content !== null) await utimes(path, now, now).catch(() => undefined);
    return content;
  }

  async put(name: string, content: string | Uint8Array): Promise<void> {
    try {
      await makePrivateFolder(this.#folder);
      await replaceFile(join(this.#folder, name), content);
      this.#wrote = true;
    } catch {
      // The disk is full or read-only.
    }
  }

  /** Removes the least recently used files above the limit, if something was stored. */
  async trim(limit = MAX_BYTES): Promise<void> {
    if (!this.#wrote) return;
    const names = await readdir(this.#folder).catch((): string[] => []);
    const known = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        const facts = await stat(path).catch(() => null);
        return facts?.isFile() ? [{ path, bytes: facts.size, usedMs: facts.mtimeMs }] : [];
      }),
    );
    let bytes = 0;
    for (const file of known.flat().sort((a, b) => b.usedMs - a.usedMs)) {
      bytes += file.bytes;
      if (bytes > limit) await rm(file.path, { force: true }).catch(() => undefined);
    }
  }
}
