import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { chunksOf } from '../base/folder-handle.ts';
import { sha256OfChunks } from '../base/hash.ts';
import { codeOf, messageOf } from '../base/system-error.ts';

/** The state of a file on disk, for comparing it with what was read or written earlier. */
export type FileOnDisk =
  /**
   * `hash`: as `sha256` returns it for the text. `changed_ms`: when the file was last written, in milliseconds since
   * 1970.
   */
  { kind: 'file'; hash: string; changed_ms: number } | { kind: 'missing' } | { kind: 'unreadable'; reason: string };

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Reads the state of a file. A byte order mark is not part of its text. A pipe or a device is unreadable. */
export async function readFileState(path: string): Promise<FileOnDisk> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await file.stat();
      if (!facts.isFile()) return { kind: 'unreadable', reason: 'it is not a regular file' };
      const hash = await sha256OfChunks(withoutMark(chunksOf(file)));
      return { kind: 'file', hash, changed_ms: facts.mtimeMs };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return { kind: 'missing' };
    return { kind: 'unreadable', reason: messageOf(error) };
  }
}

async function* withoutMark(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let isFirst = true;
  for await (const chunk of chunks) {
    const isMarked = isFirst && BYTE_ORDER_MARK.equals(chunk.subarray(0, BYTE_ORDER_MARK.length));
    yield isMarked ? chunk.subarray(BYTE_ORDER_MARK.length) : chunk;
    isFirst = false;
  }
}
