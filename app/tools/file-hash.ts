import { createHash } from 'node:crypto';

/** SHA-256 in hex of a file's content; a text counts as UTF-8. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The same of what a stream gives; null where it cannot be read. */
export async function sha256OfStream(stream: AsyncIterable<Uint8Array>): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const bytes of stream) hash.update(bytes);
    return hash.digest('hex');
  } catch {
    return null;
  }
}
