import { type IncomingMessage, request } from 'node:http';
import * as https from 'node:https';
import { messageOf } from '../base/system-error.ts';
import { AddressGuard, PrivateAddressError } from './address-guard.ts';
import { ACCEPTED_ENCODINGS, bytesUpTo, decoded } from './decoded.ts';
import { ProxiedAgents } from './proxied-agents.ts';

/** One request of a tool, with the limits of its answer. */
export interface WebRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `public`: addresses of the public internet only. `any`: also this machine and its network. */
  readonly reach: 'public' | 'any';
  /** Where redirects may lead to. A redirect elsewhere is the answer. */
  readonly redirects: 'anywhere' | 'same_origin';
  /** Unpacked bytes. */
  readonly maxBytes: number;
  /** For the answer as a whole, with redirects. */
  readonly timeoutMs: number;
  /** Returns why a URL must not be requested, or null. Called for the URL and for each redirect. */
  readonly refuse?: (url: URL, signal: AbortSignal) => Promise<string | null>;
}

/** An answer of any status. */
export interface WebAnswer {
  /** The address after all redirects. */
  readonly url: URL;
  readonly status: number;
  /** The header `Content-Type`. */
  readonly type: string;
  /** Where a redirect leads to that was not followed. */
  readonly location: string | null;
  readonly body: Buffer;
}

/** `sent`: whether the server may have received the request. */
export type WebResult = ({ ok: true } & WebAnswer) | { ok: false; message: string; sent: boolean };

export interface WebClientOptions {
  readonly guard?: AddressGuard;
  /** The variables that name proxies. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const USER_AGENT = 'Crewlane';

/**
 * Requests web addresses for tools, directly or through the environment's proxies. Each request has its own connection:
 * a reused one could end at the moment of the request, and a write must not be repeated.
 */
export class WebClient {
  readonly #guard: AddressGuard;
  readonly #agents: Readonly<Record<WebRequest['reach'], ProxiedAgents>>;

  constructor({ guard = new AddressGuard(), environment = process.env }: WebClientOptions = {}) {
    this.#guard = guard;
    this.#agents = {
      public: new ProxiedAgents(0, environment, guard.lookup),
      any: new ProxiedAgents(0, environment),
    };
  }

  /** Sends a request and reads its answer. Not ok if there is no complete answer. Rejects only if `signal` aborts. */
  async send(wanted: WebRequest, signal: AbortSignal): Promise<WebResult> {
    const timeout = AbortSignal.timeout(wanted.timeoutMs);
    const hops = new Hops(wanted);
    try {
      return await this.#follow(hops, AbortSignal.any([signal, timeout]));
    } catch (error) {
      signal.throwIfAborted();
      const { url, sent } = hops;
      if (timeout.aborted)
        return { ok: false, sent, message: `${url.href} did not answer within ${wanted.timeoutMs / 1000} s.` };
      return { ok: false, sent, message: failureText(url, error) };
    }
  }

  /** Closes all connections. */
  close(): void {
    for (const agents of Object.values(this.#agents)) agents.destroy();
  }

  async #follow(hops: Hops, signal: AbortSignal): Promise<WebResult> {
    const { wanted } = hops;
    for (;;) {
      const refused = await this.#refusal(hops, signal);
      if (refused !== null) return { ok: false, sent: hops.sent, message: refused };
      const response = await this.#request(hops, signal);
      const target = hops.redirectOf(response);
      if (target === null || !hops.mayFollow(target))
        return await answerOf(hops.url, response, target, wanted.maxBytes);
      response.destroy();
      if (hops.count === MAX_REDIRECTS)
        return { ok: false, sent: true, message: `${wanted.url} redirects more than ${MAX_REDIRECTS} times.` };
      hops.goTo(target, response.statusCode ?? 0);
    }
  }

  /** Returns why the next request must not be sent, or null. */
  async #refusal({ url, wanted }: Hops, signal: AbortSignal): Promise<string | null> {
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      return `${url.href} is not a web address. Use http:// or https://.`;
    if (url.username !== '' || url.password !== '')
      return `${url.host} was not called: the address contains a user name or password. Remove it.`;
    if (wanted.reach === 'public' && !this.#guard.allowsHost(url)) return privateText(url);
    return (await wanted.refuse?.(url, signal)) ?? null;
  }

  async #request(hops: Hops, signal: AbortSignal): Promise<IncomingMessage> {
    const { url, wanted, method, body } = hops;
    const choice = await this.#agents[wanted.reach].for(url);
    if (!choice.ok) throw new Error(choice.message);
    const isGuarded = wanted.reach === 'public';
    if (isGuarded && choice.via !== null && !(await this.#guard.allowsThroughProxy(url)))
      throw new PrivateAddressError(url.hostname);
    const headers = { 'user-agent': USER_AGENT, ...wanted.headers, 'accept-encoding': ACCEPTED_ENCODINGS };
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    return await new Promise((resolve, reject) => {
      const call = (url.protocol === 'https:' ? https.request : request)(url, {
        method,
        headers: { ...headers, ...length },
        agent: choice.agent,
        signal,
      });
      if (isGuarded && choice.via === null)
        call.once('socket', (socket) => this.#guard.watch(socket, url.hostname, (error) => call.destroy(error)));
      call.once('finish', () => {
        hops.sent ||= !call.destroyed;
      });
      call.once('response', resolve);
      // Errors after the response are errors of its body too.
      call.on('error', reject);
      // A server that changes the protocol ends a call without a response and without an error.
      call.once('close', () => reject(new Error('the connection ended without an answer')));
      call.end(body);
    });
  }
}

/** A request on its way through redirects. */
class Hops {
  readonly wanted: WebRequest;
  url: URL;
  method: string;
  body: string | undefined;
  count = 0;
  sent = false;

  constructor(wanted: WebRequest) {
    this.wanted = wanted;
    this.url = new URL(wanted.url);
    this.method = wanted.method;
    this.body = wanted.body;
  }

  /** Returns where a response redirects to; null if it is not a redirect. */
  redirectOf({ statusCode = 0, headers: { location } }: IncomingMessage): URL | null {
    if (!REDIRECTS.has(statusCode) || location === undefined || !URL.canParse(location, this.url)) return null;
    return new URL(location, this.url);
  }

  mayFollow({ origin }: URL): boolean {
    return this.wanted.redirects === 'anywhere' || origin === this.url.origin;
  }

  /** Continues with the redirect, as browsers do: only 307 and 308 repeat the method and the body. */
  goTo(target: URL, status: number): void {
    this.count += 1;
    this.url = target;
    const isRepeated = status === 307 || status === 308 || this.method === 'GET' || this.method === 'HEAD';
    if (isRepeated) return;
    this.method = 'GET';
    this.body = undefined;
  }
}

async function answerOf(
  url: URL,
  response: IncomingMessage,
  redirect: URL | null,
  maxBytes: number,
): Promise<WebResult> {
  const body = await bytesUpTo(decoded(response), maxBytes);
  if (body === null) {
    response.destroy();
    return { ok: false, sent: true, message: `${url.href} answers with more than ${sizeText(maxBytes)}.` };
  }
  const { statusCode: status = 0, headers } = response;
  return { ok: true, url, status, type: headers['content-type'] ?? '', location: redirect?.href ?? null, body };
}

function sizeText(bytes: number): string {
  const mib = bytes / (1024 * 1024);
  return mib >= 1 ? `${mib} MiB` : `${bytes} bytes`;
}

function privateText({ href }: URL): string {
  return `${href} was not called: it is not an address of the public internet.`;
}

function failureText(url: URL, error: unknown): string {
  if (error instanceof PrivateAddressError) return privateText(url);
  // Node tries several addresses of a host. Each has an error of its own.
  const [first] = error instanceof AggregateError ? error.errors : [error];
  return `${url.href} cannot be reached (${messageOf(first)}).`;
}
