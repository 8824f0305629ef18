import { createHash } from 'node:crypto';

/** SHA-256, in hex, of bytes or of a text in UTF-8. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** SHA-256, in hex, of bytes that arrive in pieces. Rejects with the error of their source. */
export async function sha256OfChunks(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * SHA-256, in hex, of a list of JSON values in its order. Stored keys are made with this function: its results must not
 * change. Values whose keys may come in any order go through `canonicalJson` first.
 */
export function sha256OfParts(parts: readonly unknown[]): string {
  return sha256(JSON.stringify(parts));
}
