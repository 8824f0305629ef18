import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { EventSourceMessage } from 'eventsource-parser';
import { parseJson, tooDeepAt } from '../../shared/parse-json.ts';
import type { Failure } from '../../shared/run/error-kind.ts';
import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import { decoded } from '../network/decoded.ts';
import { drain, errorText, textUpTo } from './body.ts';
import { chunkSchema, isError } from './chunk.ts';
import type { Connections } from './connections.ts';
import { DONE, readEvents } from './event-stream.ts';
import { notTheApi, redirected, tooLong, unreachable } from './failure.ts';
import { type ServerError, serverError } from './server-error.ts';
import { wholeAnswer } from './whole-answer.ts';

/** Larger answers are refused, because no model writes them, and several of them would exhaust the memory of a slot. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** The headers of a refusal that are passed on. */
const KEPT_HEADERS = ['content-type', 'retry-after', 'retry-after-ms'] as const;

/**
 * One HTTP request of the package and its response, over our own connections. `fetch` converts what compatible
 * servers send to what the package reads: one form of error, and one form of event stream that ends with the answer.
 */
export class Exchange {
  /** Why there is no answer. The package keeps only a message. */
  failure: Failure | null = null;
  /** Whether the server marked the answer as complete with `[DONE]`. */
  isDone = false;
  readonly #connections: Connections;
  readonly #access: ModelAccess;
  readonly #headers: OutgoingHttpHeaders;

  /** @param headers all headers of the request: those of the package describe this machine and its environment */
  constructor(connections: Connections, access: ModelAccess, headers: OutgoingHttpHeaders) {
    this.#connections = connections;
    this.#access = access;
    this.#headers = headers;
  }

  /** Sends a request of the package. Rejects if there is no usable response; `failure` says why. */
  readonly fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const { body, signal } = init;
    if (typeof body !== 'string' || !signal) throw new Error('The request has no text as its body, or no signal.');
    const target = new URL(url instanceof Request ? url.url : url);
    const posted = await this.#connections.post(target, this.#headers, body, signal);
    if (!posted.ok) {
      this.failure = unreachable(this.#access.base_url, posted.error, posted.via);
      throw posted.error;
    }
    const { statusCode: status = 0 } = posted.response;
    return status >= 200 && status < 300 ? this.#answer(posted.response) : this.#refusal(posted.response, status);
  };

  /** Returns a response for an error status, with its body in the form of OpenAI's errors. */
  async #refusal(response: IncomingMessage, status: number): Promise<Response> {
    const body = decoded(response);
    const text = await errorText(body);
    drain(response, body);
    if (status < 400 || status > 599) {
      this.failure = redirected(status, response.headers.location, text, this.#access);
      throw new Error(this.failure.message);
    }
    return new Response(errorData(serverError(text)), { status, headers: keptHeaders(response.headers) });
  }

  async #answer(response: IncomingMessage): Promise<Response> {
    const { base_url: url } = this.#access;
    const type = response.headers['content-type']?.toLowerCase() ?? '';
    const body = decoded(response);
    if (type.includes('html')) return this.#fail(response, body, notTheApi(url, type));
    if (!type.includes('json')) return streamed(this.#events(response, body, type));
    const text = await textUpTo(body, MAX_ANSWER_BYTES);
    drain(response, body);
    if (text === null) return this.#fail(response, body, tooLong(url, MAX_ANSWER_BYTES));
    if (!/^\s*(data|event)?:/.test(text)) return streamed(this.#whole(text, type));
    // A stream that is labeled as JSON.
    return streamed(this.#events(response, Readable.from([Buffer.from(text)]), type));
  }

  #fail(response: IncomingMessage, body: Readable, failure: Failure): Response {
    drain(response, body);
    this.failure = failure;
    return streamed(once(''));
  }

  /** Returns the answer of a server that does not stream as a stream of one chunk. */
  #whole(text: string, type: string): ReadableStream<Uint8Array> {
    const json = parseJson(text);
    if (isError(chunkSchema.safeParse(json).data)) return once(dataEvent(errorData(serverError(text))));
    const chunk = wholeAnswer(json);
    if (chunk === null) this.failure = notTheApi(this.#access.base_url, type);
    return once(chunk === null ? '' : dataEvent(JSON.stringify(chunk)));
  }

  /**
   * Returns the events of a body, up to the end of the answer. The content type is ignored, because some servers send a
   * wrong one.
   */
  #events(response: IncomingMessage, body: Readable, type: string): ReadableStream<Uint8Array> {
    const { base_url: url } = this.#access;
    const encoder = new TextEncoder();
    let length = 0;
    let isAny = false;
    return new ReadableStream({
      start: (controller) => {
        const take = (events: readonly EventSourceMessage[], begun: number): boolean => {
          const data = events.map(dataOf).filter((one) => one !== '');
          const end = data.indexOf(DONE);
          this.isDone = end >= 0;
          const text = (this.isDone ? data.slice(0, end) : data).map(dataEvent).join('');
          length += text.length;
          isAny ||= text !== '' || this.isDone;
          if (length + begun > MAX_ANSWER_BYTES) this.failure = tooLong(url, MAX_ANSWER_BYTES);
          // The schema of an answer is recursive.
          else if (data.some((one) => tooDeepAt(one) !== null)) this.failure = notTheApi(url, 'JSON nested too deeply');
          else if (text !== '') controller.enqueue(encoder.encode(text));
          return this.isDone || this.failure !== null;
        };
        const end = () => {
          drain(response, body);
          if (!isAny && !type.includes('event-stream')) this.failure = notTheApi(url, type);
          controller.close();
        };
        const broken = (error: unknown) => {
          drain(response, body);
          controller.error(error);
        };
        readEvents(body, take).then(end).catch(broken);
      },
      cancel: () => {
        response.destroy();
      },
    });
  }
}

/** Returns the data of an event in the form of OpenAI's streams, in which only the data marks an error. */
function dataOf({ event, data }: EventSourceMessage): string {
  const said = data.trim();
  return event === 'error' ? errorData(serverError(said)) : said;
}

function dataEvent(data: string): string {
  return `data: ${data.replaceAll(/\r\n|[\r\n]/g, ' ')}\n\n`;
}

function errorData(error: ServerError): string {
  return JSON.stringify({ error });
}

function keptHeaders(headers: IncomingHttpHeaders): [string, string][] {
  return KEPT_HEADERS.flatMap((name): [string, string][] => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
}

function streamed(body: ReadableStream<Uint8Array>): Response {
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

function once(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      if (text !== '') controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
}
