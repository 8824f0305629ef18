import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../../base/file-mode.ts';
import { chunksOf, FolderHandle, replaceFile } from '../../base/folder-handle.ts';
import { tightenPermissions } from '../../base/private-folder.ts';
import { codeOf, linkError } from '../../base/system-error.ts';

export const JOURNAL_FILE = 'events.jsonl';
export const CREW_FILE = 'project.crew.json';
export const LOCK_FILE = 'lock.json';
export const BLOBS_FOLDER = 'blobs';

/** The storage of a journal. Each promise resolves when the data are flushed, and rejects if that fails. */
export interface JournalStorage {
  /** Writes new blobs, then the lines. */
  write(blobs: ReadonlyMap<string, string>, lines: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the journal of a run's folder and truncates it to `length` bytes. Rejects if the journal or the folder
 * of blobs is a link: a folder from another source may contain one.
 */
export async function openStorage(dir: string, length: number): Promise<JournalStorage> {
  const blobs = join(dir, BLOBS_FOLDER);
  await mkdir(blobs, { mode: PRIVATE_FOLDER }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  const folder = await FolderHandle.open(blobs, 'refuse');
  tightenPermissions(blobs);
  try {
    const file = await openJournal(dir);
    await file.truncate(length);
    return new FolderStorage(folder, file, length);
  } catch (error) {
    await folder.close();
    throw error;
  }
}

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;

/**
 * Opens a journal that only its owner can access. A journal with other hard links is copied first, so that appending
 * does not change them.
 */
async function openJournal(dir: string): Promise<FileHandle> {
  const path = join(dir, JOURNAL_FILE);
  const file = await open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, PRIVATE_FILE).catch((error: unknown) => {
    throw codeOf(error) === 'ELOOP' ? linkError(path) : error;
  });
  const facts = await file.stat();
  if (facts.isFile() && facts.nlink === 1) {
    tightenPermissions(path);
    return file;
  }
  try {
    if (!facts.isFile()) throw Object.assign(new Error(`${path} is not a file`), { code: 'EINVAL', syscall: 'open' });
    await replaceFile(path, chunksOf(file));
  } finally {
    await file.close();
  }
  return open(path, O_RDWR | O_NOFOLLOW);
}

class FolderStorage implements JournalStorage {
  readonly #blobs: FolderHandle;
  readonly #file: FileHandle;
  #length: number;

  constructor(blobs: FolderHandle, file: FileHandle, length: number) {
    this.#blobs = blobs;
    this.#file = file;
    this.#length = length;
  }

  async write(blobs: ReadonlyMap<string, string>, lines: string): Promise<void> {
    if (blobs.size > 0) await this.#writeBlobs(blobs);
    await this.#append(Buffer.from(lines));
  }

  async close(): Promise<void> {
    await Promise.all([this.#file.close(), this.#blobs.close()]);
  }

  /** Truncates a partial write, if the disk permits. */
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
    await Promise.all([...blobs].map(([hash, text]) => writeBlob(this.#blobs, hash, text)));
    await this.#blobs.flush();
  }
}

/**
 * A new blob is written directly: no line of the journal names it before it is complete. A blob that an earlier process
 * left is replaced in one step, because a line may name it.
 */
async function writeBlob(folder: FolderHandle, name: string, text: string): Promise<void> {
  try {
    await folder.create(name, text);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    await folder.replace(name, text);
  }
}
