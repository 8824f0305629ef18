import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import * as https from 'node:https';
import { ProxiedAgents } from '../network/proxied-agents.ts';

/** The time in ms after which an idle connection is closed, unless the server names a shorter time. */
const IDLE_MS = 60_000;

export type Posted =
  | { ok: true; response: IncomingMessage }
  /** `via`: the proxy that the call went through, without its credentials. */
  | { ok: false; error: Error; via: string | null };

/**
 * Reusable connections to model servers. A call has no time limit, and redirects are not followed: a key is sent only
 * to its own origin.
 */
export class Connections {
  readonly #agents: ProxiedAgents;

  /** @param idleMs idle time after which a connection is closed @param environment the variables that name proxies */
  constructor(idleMs = IDLE_MS, environment?: Readonly<Record<string, string | undefined>>) {
    this.#agents = new ProxiedAgents(idleMs, environment);
  }

  /**
   * Returns the response with its body unread, or why there is none. @param signal aborts the call, including its body
   */
  async post(url: URL, headers: OutgoingHttpHeaders, body: string, signal: AbortSignal): Promise<Posted> {
    const choice = await this.#agents.for(url);
    if (!choice.ok) return { ok: false, error: new Error(choice.message), via: null };
    const { agent, via } = choice;
    const options = { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, signal };
    return new Promise((resolve) => {
      const call = (url.protocol === 'https:' ? https.request : request)(url, { ...options, agent });
      const fail = (error: Error) =>
        resolve(isStale(call, error) ? this.post(url, headers, body, signal) : { ok: false, error, via });
      // A server that changes the protocol ends a call without a response and without an error.
      const end = () => resolve({ ok: false, error: new Error('the connection ended without an answer'), via });
      call.once('error', fail);
      call.once('close', end);
      call.once('response', (response) => {
        call.off('error', fail);
        call.off('close', end);
        resolve({ ok: true, response });
      });
      // Also handles errors after the response, which its reader receives too.
      call.on('error', () => undefined);
      call.end(body);
    });
  }

  /**
   * Closes all connections: each remembers the head of the last request, including the key. Later calls open new ones.
   */
  close(): void {
    this.#agents.destroy();
  }
}

/**
 * Repeats a call if the server closed an idle connection at the moment of its reuse, without counting an attempt. Each
 * closed connection leaves the agent, so the repetition ends with a new connection at the latest.
 */
function isStale(call: ClientRequest, error: NodeJS.ErrnoException): boolean {
  return call.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
