import { randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { type FileHandle, link, lstat, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { bitsOf, type FileMode, PRIVATE_FILE, type ReplaceOptions } from './file-mode.ts';
import { codeOf, isUnsupported, linkError, withPath } from './system-error.ts';

export type FileContent = string | Uint8Array | AsyncIterable<Uint8Array>;

const { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/** Flags for a new file: an existing file or link under the same name makes the call fail. */
export const NEW_FILE = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;

/**
 * Linux reaches the entries of an open folder by this path, even after the folder was renamed or replaced by a link.
 */
const OPEN_FILES = '/proc/self/fd';

/**
 * An open folder. Its methods work on the folder that was opened, even if a link replaces it afterwards. Platforms
 * without such paths (macOS, Windows) use the folder's path instead.
 */
export class FolderHandle {
  readonly #path: string;
  readonly #handle: FileHandle | null;

  private constructor(path: string, handle: FileHandle | null) {
    this.#path = path;
    this.#handle = handle;
  }

  /** Opens an existing folder. Rejects with the system's error, and with `link: 'refuse'` also if `path` is a link. */
  static async open(path: string, link: 'follow' | 'refuse' = 'follow'): Promise<FolderHandle> {
    if (link === 'refuse' && (await lstat(path)).isSymbolicLink()) throw linkError(path);
    if (process.platform === 'win32') return new FolderHandle(path, null);
    // The flag also covers a link that is created in between.
    const flags = O_RDONLY | O_DIRECTORY | (link === 'refuse' ? O_NOFOLLOW : 0);
    return new FolderHandle(path, await open(path, flags));
  }

  /** Returns the current path of the folder. */
  async realPath(): Promise<string> {
    return realpath(this.pathOf('.'));
  }

  /** The path of an entry, for calls of `node:fs`. Valid until `close`. */
  pathOf(name: string): string {
    const { fd } = this.#handle ?? {};
    return fd === undefined || !existsSync(OPEN_FILES) ? join(this.#path, name) : `${OPEN_FILES}/${fd}/${name}`;
  }

  /**
   * Writes an entry in one step: after a crash, it has either its old or its complete new content. A link under this
   * name is replaced, not followed. Rejects with the system's error, without any change.
   */
  async replace(
    name: string,
    content: FileContent,
    { mode = 'private', backup, check }: ReplaceOptions = {},
  ): Promise<void> {
    await this.#named(name, async () => {
      const old = mode === 'keep' || backup !== undefined ? await this.#openFile(name) : null;
      try {
        const oldMode = old === null ? null : (await old.stat()).mode & 0o777;
        const part = await this.#writePart(content, mode === 'keep' ? (oldMode ?? 'default') : mode);
        await this.#orRemove(part, async () => {
          if (old && backup !== undefined) await this.replace(backup, chunksOf(old), { mode: oldMode ?? 'private' });
          await check?.(this.pathOf(name));
          await rename(this.pathOf(part), this.pathOf(name));
        });
      } finally {
        await old?.close();
      }
    });
    await this.flush();
  }

  /** Whether a name exists, even as a dangling link. */
  async has(name: string): Promise<boolean> {
    return lstat(this.pathOf(name)).then(
      () => true,
      () => false,
    );
  }

  /** Writes a new entry. Rejects with `EEXIST` if anything has the name. */
  async create(name: string, content: FileContent, mode: FileMode = 'private'): Promise<void> {
    await this.#named(name, () => this.#write(name, content, mode));
  }

  /**
   * Writes a new entry in one step: no other process sees a part of it. Rejects with `EEXIST` if anything has the name.
   */
  async createWhole(name: string, content: FileContent): Promise<void> {
    await this.#named(name, async () => {
      const part = await this.#writePart(content, 'default');
      try {
        await link(this.pathOf(part), this.pathOf(name));
      } catch (error) {
        if (!isUnsupported(error)) throw error;
        await this.#write(name, content, 'default');
      } finally {
        await rm(this.pathOf(part), { force: true });
      }
    });
    await this.flush();
  }

  /**
   * Opens a file to read it and to add to its end, and creates it if it is missing. Rejects if it is a link or not a
   * regular file, or if it has other names, which may be elsewhere.
   */
  async openToAppend(name: string): Promise<FileHandle> {
    const flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
    const file = await open(this.pathOf(name), flags).catch((error: unknown) => {
      throw codeOf(error) === 'ELOOP' ? linkError(join(this.#path, name)) : withPath(error, join(this.#path, name));
    });
    const facts = await file.stat();
    if (facts.isFile() && facts.nlink === 1) return file;
    await file.close();
    throw new Error(facts.isFile() ? 'it has other names (hard links)' : 'it is not a regular file');
  }

  /** Makes new and renamed entries survive a power failure, if the file system supports it. */
  async flush(): Promise<void> {
    try {
      await this.#handle?.sync();
    } catch (error) {
      if (!isUnsupported(error)) throw error;
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }

  async #writePart(content: FileContent, mode: FileMode): Promise<string> {
    const part = partName();
    await this.#write(part, content, mode);
    return part;
  }

  async #write(name: string, content: FileContent, mode: FileMode): Promise<void> {
    const file = await open(this.pathOf(name), NEW_FILE, bitsOf(mode) === null ? 0o666 : PRIVATE_FILE);
    await this.#orRemove(name, async () => {
      try {
        await setMode(file, bitsOf(mode));
        if (typeof content === 'string' || content instanceof Uint8Array) await file.writeFile(content);
        else for await (const chunk of content) await file.appendFile(chunk);
        await file.sync();
      } finally {
        await file.close();
      }
    });
  }

  /** Opens the regular file under a name; null if there is none, or if it is a link, a pipe or a folder. */
  async #openFile(name: string): Promise<FileHandle | null> {
    const file = await open(this.pathOf(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
      if (['ENOENT', 'ELOOP', 'ENXIO'].includes(String(codeOf(error)))) return null;
      throw error;
    });
    if (file === null || (await file.stat()).isFile()) return file;
    await file.close();
    return null;
  }

  async #orRemove(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await rm(this.pathOf(name), { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /** Makes errors name the entry by the path that the caller knows. */
  async #named(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw withPath(error, join(this.#path, name));
    }
  }
}

/** Writes a file in one step, as `FolderHandle.replace` does. Its folder must exist. */
export async function replaceFile(path: string, content: FileContent, options: ReplaceOptions = {}): Promise<void> {
  const folder = await FolderHandle.open(dirname(path));
  try {
    await folder.replace(basename(path), content, options);
  } finally {
    await folder.close();
  }
}

/** Writes a new file and flushes it. Rejects with `EEXIST` if anything has the name. */
export async function createFile(path: string, content: FileContent, mode: FileMode = 'private'): Promise<void> {
  const folder = await FolderHandle.open(dirname(path));
  try {
    await folder.create(basename(path), content, mode);
    await folder.flush();
  } finally {
    await folder.close();
  }
}

/** Returns a name for an unfinished file. It is random, so that nobody can create a link there first. */
export function partName(): string {
  return `.crewlane-${randomBytes(12).toString('hex')}.part`;
}

/** Sets the permissions exactly, regardless of the umask. A file system without permissions keeps its own. */
async function setMode(file: FileHandle, bits: number | null): Promise<void> {
  if (bits === null || ((await file.stat()).mode & 0o777) === bits) return;
  await file.chmod(bits).catch((error: unknown) => {
    if (!isUnsupported(error)) throw error;
  });
}

/** Yields the content of an open file from its beginning. The file stays open. */
export async function* chunksOf(file: FileHandle): AsyncIterable<Uint8Array> {
  const size = 1024 * 1024;
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(size), 0, size, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
