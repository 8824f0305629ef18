import type { IncomingHttpHeaders } from 'node:http';
import type { Failure } from '../../shared/run/error-kind.ts';
import type { ModelAccess } from '../../shared/slot/protocol.ts';
import { toldError } from './told-error.ts';

const SHOWN = 300;
/** A year: longer waits are no waits, and larger numbers no times. */
const LONGEST_WAIT_MS = 365 * 86_400_000;

/** No connection came to be, or it broke before anything was answered. The key is in none of these texts. */
export function unreachable(url: string, error: Error): Failure {
  const { code, message: cause } = firstOf(error);
  if (code !== undefined && UNTRUSTED.test(code)) {
    const authority =
      'Give an address whose certificate holds, or name the file of its authority in NODE_EXTRA_CA_CERTS.';
    return { kind: 'network', message: `The certificate of ${url} is not trusted here (${cause}). ${authority}` };
  }
  if (code === 'EPROTO') {
    return {
      kind: 'network',
      message: `${url} does not answer by TLS. Check the base URL; it may begin with http://.`,
    };
  }
  const message = `Nobody answers at ${url} (${short(cause)}). Check the base URL, and that the server runs.`;
  return { kind: 'network', message };
}

/** Node's codes of a certificate that it does not take. */
const UNTRUSTED = /CERT|VERIFY_LEAF/;

/** A name with several addresses fails with an error for each, in one that says nothing itself. */
function firstOf(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  return error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
}

/** An error amid a stream. @param told as the server sent it */
export function brokenOff(url: string, told: string): Failure {
  return { kind: 'bad_answer', message: `${url} broke its answer off with an error: ${short(toldError(told))}` };
}

/** A key that cannot stand in a request, or null where it can. */
export function unusableKey({ provider, api_key: key }: ModelAccess): Failure | null {
  if (key === null || /^[\x21-\x7e]+$/.test(key)) return null;
  const message = `The key of provider "${provider}" holds spaces or characters that no key has. Give it again.`;
  return { kind: 'auth', message };
}

/** An answer that ended before the provider said that it is complete. */
export function cutOff(url: string): Failure {
  return { kind: 'bad_answer', message: `The answer of ${url} was cut off.` };
}

/** A complete answer with nothing in it. `ending`: why it ends, in the provider's word. */
export function nothingSaid({ base_url: url, model }: ModelAccess, ending: string | null): Failure {
  return { kind: 'bad_answer', message: `${model} at ${url} gave an empty answer.${WHY_EMPTY[ending ?? ''] ?? ''}` };
}

const WHY_EMPTY: Readonly<Record<string, string>> = {
  length: ' Its length was used up before it began: raise max_tokens.',
  content_filter: ' The provider’s content filter kept it back.',
};

export function notTheApi(url: string, type: string): Failure {
  const what = type.includes('html') ? 'with a web page' : `with ${type === '' ? 'nothing that is known' : type}`;
  return {
    kind: 'bad_answer',
    message: `${url} answers ${what}, not with the API. Check the base URL; it often ends in /v1.`,
  };
}

/** A status that is no success: what happened, where, and what to do. */
export function refused(status: number, headers: IncomingHttpHeaders, body: string, access: ModelAccess): Failure {
  const { base_url: url, model, provider } = access;
  const retry = retryAfterMs(headers);
  const wait = retry === null ? {} : { retry_after_ms: retry };
  const said = isPage(headers) ? `${status}, with a web page` : short(`${status} ${toldError(body)}`);
  if (status === 429 || (status === 503 && retry !== null)) {
    return { kind: 'rate_limit', message: `${url} is over its limit: ${said}`, status, ...wait };
  }
  if (status === 401 || status === 403) {
    return {
      kind: 'auth',
      message: `${url} refuses the key of provider "${provider}" (${said}). Give another key.`,
      status,
    };
  }
  if (status === 404) {
    return {
      kind: 'http',
      message: `${url} has no model "${model}" or is not the API's address (${said}). Check model and base URL.`,
      status,
    };
  }
  const to = status >= 300 && status < 400 ? headers.location : null;
  if (to) {
    return {
      kind: 'http',
      message: `${url} sends on to ${to} (${status}). Give that address as the base URL.`,
      status,
    };
  }
  return { kind: 'http', message: `${url} answered with an error: ${said}`, status, ...wait };
}

function retryAfterMs(headers: IncomingHttpHeaders): number | null {
  const asked = waitAsked(headers);
  return asked === null ? null : Math.min(Math.max(0, Math.round(asked)), LONGEST_WAIT_MS);
}

/** `Retry-After` in seconds or as a date, or `retry-after-ms`, in milliseconds; null where it is neither. */
function waitAsked(headers: IncomingHttpHeaders): number | null {
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (Number.isFinite(exact)) return exact;
  const given = headers['retry-after'];
  if (!given) return null;
  const seconds = Number(given);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const date = Date.parse(given);
  return Number.isNaN(date) ? null : date - Date.now();
}

function isPage(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.includes('html') ?? false;
}

function short(message: string): string {
  const plain = message.replaceAll(/\s+/g, ' ').trim();
  return plain.length > SHOWN ? `${plain.slice(0, SHOWN)}…` : plain;
}
