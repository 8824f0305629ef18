import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import * as https from 'node:https';
import { ProxiedAgents } from '../network/proxied-agents.ts';

/** An idle connection is closed after this long, or earlier where the server says so. */
const IDLE_MS = 60_000;

export type Posted =
  | { ok: true; response: IncomingMessage }
  /** `via`: the proxy that the call went through, without its credentials. */
  | { ok: false; error: Error; via: string | null };

/**
 * Connections to model servers, used again and again. A call has no limit on how long a model may think, and follows no
 * redirection: a key goes to the origin that it was given for.
 */
export class Connections {
  readonly #agents: ProxiedAgents;

  /** @param idleMs of a connection that nobody uses @param environment names the proxies */
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

  /** Closes them: each remembers the last request's head, with the key. Later calls make new ones. */
  close(): void {
    this.#agents.destroy();
  }
}

/**
 * The server closed a connection that it had kept, just as it was used again: the call is made once more, and costs
 * nobody an attempt. Each one that is closed leaves the agent, so this ends with a new one at the latest.
 */
function isStale(call: ClientRequest, error: NodeJS.ErrnoException): boolean {
  return call.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
