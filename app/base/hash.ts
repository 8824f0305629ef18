import { createHash } from 'node:crypto';

/** Returns the SHA-256 hash, in hex, of bytes or of a text in UTF-8. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Returns the SHA-256 hash, in hex, of bytes that arrive in pieces. Rejects with the error of their source. */
export async function sha256OfChunks(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/**
 * Returns the SHA-256 hash, in hex, of a list of JSON values in order. Stored keys depend on it, so its results must
 * not change. Pass values whose keys have no fixed order through `canonicalJson` first.
 */
export function sha256OfParts(parts: readonly unknown[]): string {
  return sha256(JSON.stringify(parts));
}
