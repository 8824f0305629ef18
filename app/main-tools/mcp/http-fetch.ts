import { request } from 'node:http';
import * as https from 'node:https';
import { Readable } from 'node:stream';
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ProxiedAgents } from '../../network/proxied-agents.ts';

/** The longest answer to one request, in bytes, also as a stream. */
const LONGEST_ANSWER = 64 * 1024 * 1024;
const IDLE_MS = 60_000;

/** Requests to a server by its address: through the proxies of the environment, without redirects, with limits. */
export class HttpFetch {
  readonly #agents = new ProxiedAgents(IDLE_MS);

  /** Rejects if no answer arrives, or the answer is a redirect. A key is sent only to the address of the file. */
  readonly fetch: FetchLike = async (address, init = {}) => {
    const url = new URL(address);
    const choice = await this.#agents.for(url);
    if (!choice.ok) throw new Error(choice.message);
    const { method = 'GET', body, signal } = init;
    if (body !== undefined && body !== null && typeof body !== 'string') throw new Error('Only texts can be sent.');
    const headers = { ...Object.fromEntries(new Headers(init.headers)), 'user-agent': 'Crewlane' };
    return new Promise<Response>((resolve, reject) => {
      const options = { method, headers, agent: choice.agent, ...(signal ? { signal } : {}) };
      const call = (url.protocol === 'https:' ? https.request : request)(url, options, (answer) => {
        const { statusCode: status = 0, headers: given } = answer;
        if (status >= 300 && status < 400) {
          answer.destroy();
          reject(
            new Error(`it redirects to ${given.location ?? 'another address'}. Write that address in the crew file`),
          );
          return;
        }
        let length = 0;
        answer.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > LONGEST_ANSWER) answer.destroy(new Error(`it sent more than ${LONGEST_ANSWER} bytes`));
        });
        const type = given['content-type'];
        const init = {
          status,
          headers: { ...(type === undefined ? {} : { 'content-type': type }), ...sessionOf(given) },
        };
        const isEmpty = status === 204 || status === 205;
        if (isEmpty) answer.resume();
        // A stream of Node and one of the web differ in their types only.
        resolve(new Response(isEmpty ? null : (Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>), init));
      });
      call.on('error', reject);
      call.end(body ?? undefined);
    });
  };

  /** Closes all connections. */
  close(): void {
    this.#agents.destroy();
  }
}

function sessionOf(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const { 'mcp-session-id': session } = headers;
  return typeof session === 'string' ? { 'mcp-session-id': session } : {};
}
