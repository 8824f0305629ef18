import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { parseJson } from '../../shared/parse-json.ts';
import { textUpTo } from './body.ts';

/** A list of models is far shorter. The limit counts unpacked bytes. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Asks a model server about itself. Returns the JSON of its answer; undefined if there is no server, if it does not
 * answer in time, or if its answer is not a success, not JSON, nested too deeply or too long. Redirects are not followed.
 *
 * The server is not trusted: reading a huge answer would block the caller, whatever the timeout.
 * @param request sent as JSON; without it, the method is GET
 */
export async function serverJson(url: string, timeoutMs: number, request?: object): Promise<unknown> {
  try {
    const response = await fetch(url, {
      ...(request === undefined ? {} : { method: 'POST', body: JSON.stringify(request) }),
      headers: { 'content-type': 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok || response.body === null) return undefined;
    // The compiler sees the stream of a page here, which differs from that of Node only in its types.
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    return parseJson((await textUpTo(body, MAX_BYTES)) ?? '');
  } catch {
    return undefined; // No server, or one that does not know this request.
  }
}
