import type { MainToolCall, SlotAnswer } from '../../../shared/slot/slot-request.ts';
import type { WebClient, WebRequest, WebResult } from '../../network/web-client.ts';
import { isWrite } from './tool-request.ts';

/**
 * Sends the requests of tools. A write is sent once for the same call of the same task: an attempt that repeats the call
 * gets the answer of the first one, also if the turn that sent it has ended.
 */
export class OnceSender {
  readonly #client: WebClient;
  readonly #writes = new Map<string, Promise<WebResult>>();
  readonly #end = new AbortController();

  constructor(client: WebClient) {
    this.#client = client;
  }

  async send(
    request: WebRequest,
    { idempotency_key: idempotencyKey, again }: Pick<MainToolCall, 'idempotency_key' | 'again'>,
    signal: AbortSignal,
  ): Promise<WebResult> {
    if (!isWrite(request.method)) return this.#client.send(request, signal);
    const sent = this.#writes.get(idempotencyKey);
    if (sent) return sent;
    // An earlier process may have sent it.
    if (again)
      return {
        ok: false,
        sent: true,
        message: `${request.method} was called before the interruption, and is not repeated.`,
      };
    const headers = { ...request.headers, 'idempotency-key': idempotencyKey };
    const sending = this.#client.send({ ...request, headers }, this.#end.signal);
    this.#writes.set(idempotencyKey, sending);
    // The turn may have ended before its write was answered.
    sending.catch(() => undefined);
    return sending;
  }

  close(): void {
    this.#end.abort();
  }
}

/** Returns the answer for a request that got none. */
export function noAnswer({ method }: WebRequest, { message, sent }: Extract<WebResult, { ok: false }>): SlotAnswer {
  return { ok: false, text: isWrite(method) && sent ? `${message} Its effect is unknown.` : message };
}
