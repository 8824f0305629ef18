import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The encodings that `decoded` can undo, for the header `Accept-Encoding`. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/** Returns the decompressed body. Some proxies compress it although the request does not accept that. */
export function decoded(response: IncomingMessage): Readable {
  const decoder = DECODERS[response.headers['content-encoding']?.toLowerCase() ?? ''];
  // The reader of the last stream receives errors of all streams.
  return decoder ? pipeline(response, decoder(), () => undefined) : response;
}

/**
 * Returns the bytes of a body, or null if there are more than `limit`. A small compressed answer can unpack to more than
 * the memory can contain. Rejects if the body breaks.
 */
export async function bytesUpTo(body: Readable, limit: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop destroys the body, so that nothing more of it is unpacked.
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > limit) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
