import { Agent, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import * as https from 'node:https';

/** An idle connection is closed after this long, or earlier where the server says so. */
const IDLE_MS = 60_000;

export type Posted = { ok: true; response: IncomingMessage } | { ok: false; error: Error };

/**
 * Connections to model servers, used again and again. A call has no limit on how long a model may think, and follows no
 * redirection: a key goes to the origin that it was given for.
 */
export class Connections {
  readonly #plain: Agent;
  readonly #secure: https.Agent;

  /** @param idleMs of a connection that nobody uses */
  constructor(idleMs = IDLE_MS) {
    this.#plain = new Agent({ keepAlive: true, timeout: idleMs });
    this.#secure = new https.Agent({ keepAlive: true, timeout: idleMs });
  }

  /** Gives the response with its body unread, or what kept it away. @param signal ends the call, its body included */
  post(url: URL, headers: OutgoingHttpHeaders, body: string, signal: AbortSignal): Promise<Posted> {
    const options = { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, signal };
    return new Promise((resolve) => {
      const call =
        url.protocol === 'https:'
          ? https.request(url, { ...options, agent: this.#secure })
          : request(url, { ...options, agent: this.#plain });
      const fail = (error: Error) =>
        resolve(isStale(call, error) ? this.post(url, headers, body, signal) : { ok: false, error });
      // A server that changes the protocol ends a call without a response and without an error.
      const end = () => resolve({ ok: false, error: new Error('the connection ended without an answer') });
      call.once('error', fail);
      call.once('close', end);
      call.once('response', (response) => {
        call.off('error', fail);
        call.off('close', end);
        resolve({ ok: true, response });
      });
      // After the response too, whose reader is told as well.
      call.on('error', () => undefined);
      call.end(body);
    });
  }

  /** Closes them: each remembers the last request's head, with the key. Later calls make new ones. */
  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}

/**
 * The server closed a connection that it had kept, just as it was used again: the call is made once more, and costs
 * nobody an attempt. Each one that is closed leaves the agent, so this ends with a new one at the latest.
 */
function isStale(call: ClientRequest, error: NodeJS.ErrnoException): boolean {
  return call.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
