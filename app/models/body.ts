import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** Maximum length of an error body that is used as a message. */
const ERROR_LENGTH = 64 * 1024;
/** Maximum time to wait for the rest of an error body, in ms. */
const ERROR_MS = 2000;
/** A connection whose answer was read must end its response within this time in ms, or it is not reused. */
const END_MS = 1000;

/**
 * Reads the text of an error. If the body does not end or breaks, returns the received part, because the status is more
 * important.
 */
export async function errorText(body: Readable): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const late = setTimeout(() => body.destroy(), ERROR_MS);
  try {
    for await (const piece of body.iterator({ destroyOnReturn: false })) {
      text += decoder.decode(piece, { stream: true });
      if (text.length > ERROR_LENGTH) break;
    }
  } catch (error) {
    if (!isBroken(error)) throw error;
  } finally {
    clearTimeout(late);
  }
  return text;
}

/**
 * Returns the text of a body, or null if it has more bytes than `limit`. A small compressed answer can unpack to more
 * than a string can contain.
 */
export async function textUpTo(body: Readable, limit: number): Promise<string | null> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  // Leaving the loop destroys the body, so that nothing more of it is unpacked.
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > limit) return null;
    pieces.push(decoder.decode(piece, { stream: true }));
  }
  return pieces.join('') + decoder.decode();
}

/** Whether this is an error with a code of a broken Node stream. Anything else is a bug. */
export function isBroken(error: unknown): boolean {
  return error instanceof Error && 'code' in error;
}

/** Discards the rest of a response. The connection is reused if the response ends soon, and closed otherwise. */
export function drain(response: IncomingMessage, body: Readable): void {
  body.on('error', () => undefined);
  body.resume();
  if (response.complete) return;
  const late = setTimeout(() => response.destroy(), END_MS).unref();
  // A pending timer would keep the response and the key in its request headers in memory.
  response.once('close', () => clearTimeout(late));
}
