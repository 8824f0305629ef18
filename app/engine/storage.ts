import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFlushed } from './write-flushed.ts';

export const JOURNAL_FILE = 'events.jsonl';
export const PROJECT_FILE = 'project.crew.json';
export const LOCK_FILE = 'lock.json';
export const BLOBS_FOLDER = 'blobs';

/** Where a journal is put. Each promise is kept when the data are safe, and rejects when they cannot be. */
export interface JournalStorage {
  /** Writes blobs, none of which was written before, and then the lines. */
  write(blobs: ReadonlyMap<string, string>, lines: string): Promise<void>;
  close(): Promise<void>;
}

/** The journal of a run's folder, opened at `length` bytes: what stands behind is cut off. */
export async function openStorage(dir: string, length: number): Promise<JournalStorage> {
  await mkdir(join(dir, BLOBS_FOLDER), { recursive: true });
  const file = await open(join(dir, JOURNAL_FILE), length === 0 ? 'a' : 'r+');
  await file.truncate(length);
  return new FolderStorage(dir, file, length);
}

class FolderStorage implements JournalStorage {
  readonly #dir: string;
  readonly #file: FileHandle;
  #length: number;

  constructor(dir: string, file: FileHandle, length: number) {
    this.#dir = dir;
    this.#file = file;
    this.#length = length;
  }

  async write(blobs: ReadonlyMap<string, string>, lines: string): Promise<void> {
    if (blobs.size > 0) await this.#writeBlobs(blobs);
    await this.#append(Buffer.from(lines));
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** What could be written only in part is cut off again, as far as the disk lets. */
  async #append(bytes: Buffer): Promise<void> {
    try {
      let written = 0;
      while (written < bytes.length) {
        const part = await this.#file.write(bytes, written, bytes.length - written, this.#length + written);
        written += part.bytesWritten;
      }
      await this.#file.datasync();
      this.#length += bytes.length;
    } catch (error) {
      await this.#file.truncate(this.#length).catch(() => undefined);
      throw error;
    }
  }

  async #writeBlobs(blobs: ReadonlyMap<string, string>): Promise<void> {
    const folder = join(this.#dir, BLOBS_FOLDER);
    await Promise.all([...blobs].map(([hash, text]) => writeBlob(folder, hash, text)));
    await syncFolder(folder);
  }
}

/**
 * A new name is written at once: no line names it before it is whole. One that an earlier process left is replaced in one
 * step, since a line may name it: written beside and moved into its place.
 */
async function writeBlob(folder: string, name: string, text: string): Promise<void> {
  const place = join(folder, name);
  try {
    await writeFlushed(place, 'wx', text);
  } catch (error) {
    if (!isTaken(error)) throw error;
    await writeFlushed(`${place}.part`, 'w', text);
    await rename(`${place}.part`, place);
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

/** Makes new names in a folder last; Windows does that by itself and opens no folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
