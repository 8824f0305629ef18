import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { codeOf, messageOf } from '../base/system-error.ts';

/** The state of a file on disk, for comparing it with what was read or written earlier. */
export type FileOnDisk =
  /** `hash`: SHA-256 of the text, in hex. `changed_ms`: when the file was last written, in milliseconds since 1970. */
  { kind: 'file'; hash: string; changed_ms: number } | { kind: 'missing' } | { kind: 'unreadable'; reason: string };

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const CHUNK_BYTES = 1024 * 1024;

/** SHA-256 of a text, in hex, as `lookAtFile` returns it for a file with this text. */
export function hashOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Reads the state of a file. A byte order mark is not part of its text. A pipe or a device is unreadable. */
export async function lookAtFile(path: string): Promise<FileOnDisk> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await file.stat();
      if (!facts.isFile()) return { kind: 'unreadable', reason: 'it is not a regular file' };
      const hash = createHash('sha256');
      for (let position = 0; ; ) {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, position);
        if (bytesRead === 0) break;
        hash.update(withoutMark(buffer.subarray(0, bytesRead), position));
        position += bytesRead;
      }
      return { kind: 'file', hash: hash.digest('hex'), changed_ms: facts.mtimeMs };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return { kind: 'missing' };
    return { kind: 'unreadable', reason: messageOf(error) };
  }
}

function withoutMark(chunk: Buffer, position: number): Buffer {
  const isMarked = position === 0 && chunk.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  return isMarked ? chunk.subarray(BYTE_ORDER_MARK.length) : chunk;
}
