import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, stat } from 'node:fs/promises';
import { MAX_JSON_BYTES } from '../../shared/parse-json.ts';
import { codeOf, messageOf } from './system-error.ts';

/** `reason` ends a sentence about the file: "it is larger than 32 MiB". */
export type TextRead = { ok: true; text: string } | { ok: false; kind: TextReadFailure; reason: string };
export type TextReadFailure =
  | 'missing'
  | 'folder'
  | 'not_a_file'
  | 'too_large'
  | 'not_text'
  | 'not_permitted'
  | 'unreadable';

export interface ReadOptions {
  maxBytes?: number;
  /** `accept` also reads from a pipe, such as a shell's `<(command)`, up to the same size. */
  pipes?: 'refuse' | 'accept';
  /** `refuse` does not read a file through a link with its name. Default: `follow`. */
  links?: 'follow' | 'refuse';
}

/** Without this flag, opening a pipe waits for a process that writes to it. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;
const MIB = 1024 * 1024;

/**
 * Reads a text file in UTF-8. Pipes, devices and too large files are refused before they are read.
 */
export async function readTextFile(
  path: string,
  { maxBytes = MAX_JSON_BYTES, pipes = 'refuse', links = 'follow' }: ReadOptions = {},
): Promise<TextRead> {
  try {
    if (links === 'refuse' && (await lstat(path)).isSymbolicLink()) return IS_LINK;
    const isPipe = pipes === 'accept' && (await stat(path)).isFIFO();
    // The flag also covers a link that is created in between.
    const noLink = links === 'refuse' ? constants.O_NOFOLLOW : 0;
    const file = await open(path, (isPipe ? constants.O_RDONLY : FLAGS) | noLink);
    try {
      const refused = isPipe ? null : refusal(await file.stat(), maxBytes);
      if (refused) return refused;
      const bytes = new Bytes(maxBytes);
      while (!bytes.isFull()) {
        const { bytesRead } = await file.read(bytes.next());
        if (bytesRead === 0) break;
        bytes.add(bytesRead);
      }
      return bytes.text();
    } finally {
      await file.close();
    }
  } catch (error) {
    return failure(error);
  }
}

/** Opens a file for reading. Rejects with the system's error, and for a pipe, a device or a folder, without waiting. */
export async function openRegularFile(path: string): Promise<FileHandle> {
  const file = await open(path, FLAGS);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw Object.assign(new Error(`${path} is not a regular file`), { code: 'EINVAL', syscall: 'open' });
}

/** Like `readTextFile`, but synchronous. */
export function readTextFileSync(path: string): TextRead {
  try {
    const file = openSync(path, FLAGS);
    try {
      const refused = refusal(fstatSync(file), MAX_JSON_BYTES);
      if (refused) return refused;
      const bytes = new Bytes(MAX_JSON_BYTES);
      while (!bytes.isFull()) {
        const read = readSync(file, bytes.next());
        if (read === 0) break;
        bytes.add(read);
      }
      return bytes.text();
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return failure(error);
  }
}

/** Collects the content of a file piece by piece, up to one byte more than the limit. */
class Bytes {
  readonly #max: number;
  readonly #pieces: Uint8Array[] = [];
  #piece = new Uint8Array(0);
  #length = 0;

  constructor(max: number) {
    this.#max = max;
  }

  isFull(): boolean {
    return this.#length > this.#max;
  }

  next(): Uint8Array {
    this.#piece = new Uint8Array(Math.min(MIB, this.#max + 1 - this.#length));
    return this.#piece;
  }

  add(length: number): void {
    this.#pieces.push(this.#piece.subarray(0, length));
    this.#length += length;
  }

  text(): TextRead {
    if (this.isFull()) return tooLarge(this.#max);
    try {
      return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(this.#pieces)) };
    } catch {
      return { ok: false, kind: 'not_text', reason: 'it is not text in UTF-8' };
    }
  }
}

const IS_LINK: TextRead = { ok: false, kind: 'not_a_file', reason: 'it is a link' };

function tooLarge(maxBytes: number): TextRead {
  return { ok: false, kind: 'too_large', reason: `it is larger than ${maxBytes / MIB} MiB` };
}

function refusal(facts: Stats, maxBytes: number): TextRead | null {
  if (facts.isDirectory()) return { ok: false, kind: 'folder', reason: 'it is a folder' };
  if (!facts.isFile()) return { ok: false, kind: 'not_a_file', reason: 'it is not a file' };
  return facts.size > maxBytes ? tooLarge(maxBytes) : null;
}

function failure(error: unknown): TextRead {
  switch (codeOf(error)) {
    case 'ENOENT':
      return { ok: false, kind: 'missing', reason: 'it does not exist' };
    case 'EACCES':
    case 'EPERM':
      return { ok: false, kind: 'not_permitted', reason: 'this user may not read it' };
    case 'ELOOP':
      return IS_LINK;
    case 'EISDIR':
      return { ok: false, kind: 'folder', reason: 'it is a folder' };
    case 'ENXIO':
      return { ok: false, kind: 'not_a_file', reason: 'it is not a file' };
    default:
      return { ok: false, kind: 'unreadable', reason: messageOf(error) };
  }
}
