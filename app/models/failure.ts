import { findProvider } from '../../shared/crew/providers.ts';
import type { Failure } from '../../shared/run/error-kind.ts';
import { sentence } from '../../shared/sentence.ts';
import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import { tooLongError } from './context-length.ts';
import { kindInStream, refusesImages, refusesTools } from './error-names.ts';
import { isNoCredit } from './no-credit.ts';
import { retryAfterMs } from './retry-after.ts';
import { namesOf, type ServerError, serverError } from './server-error.ts';

/** The number of characters that a message quotes from another program's text. */
const SHOWN = 300;

/**
 * Returns the failure of a connection that failed, or that broke before any part of an answer arrived. No text contains
 * the key.
 */
export function unreachable(url: string, error: Error, via: string | null = null): Failure {
  const { code, message: cause } = firstOf(error);
  if (code !== undefined && UNTRUSTED.test(code)) {
    const authority =
      'Use an address with a valid certificate, or name the file of its certificate authority in NODE_EXTRA_CA_CERTS.';
    return { kind: 'network', message: `The certificate of ${url} is not trusted here (${cause}). ${authority}` };
  }
  if (code === 'EPROTO') {
    return {
      kind: 'network',
      message: `${url} does not support TLS. Check the base URL; it may have to start with http://.`,
    };
  }
  if (code !== undefined && CLOSED.has(code)) {
    const message = `${url} closed the connection before its answer was complete (${short(cause)}). If this happens again, check the server's log.`;
    return { kind: 'network', message };
  }
  if (via !== null) {
    const message = `${url} cannot be reached through the proxy ${via} (${short(cause)}). Check the proxy variables ("doctor" shows them), or name the host in NO_PROXY.`;
    return { kind: 'network', message };
  }
  const message = `No response from ${url} (${short(cause)}). Check the base URL, and that the server is running.`;
  return { kind: 'network', message };
}

/** Node's codes of a connection that a server accepted and then closed. */
const CLOSED: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE']);

/** Node's codes of a rejected certificate. */
const UNTRUSTED = /CERT|VERIFY_LEAF/;

/**
 * Returns the first of several errors: a host with several addresses fails with one error per address, inside an error
 * without a message.
 */
function firstOf(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  return error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
}

/** An error in the middle of an answer. Its code decides whether another attempt may succeed. */
export function streamFailed(access: ModelAccess, error: ServerError): Failure {
  const known = ofAccountOrFilter(access, 0, error, false);
  if (known) return known;
  const message = `${access.base_url} ended its answer with an error: ${short(error.message)}`;
  return exceeded(0, error, message) ?? { ...kindInStream(error), message };
}

/**
 * Returns the failure of a request that does not fit the model's context window; null for other errors. @param
 * message what happened
 */
function exceeded(status: number, error: ServerError, message: string): Failure | null {
  const found = tooLongError(status, error);
  if (found === null) return null;
  const too_long = { window_tokens: found.windowTokens };
  return { kind: 'context_window', message: `${sentence(message)} ${found.advice}`, too_long };
}

/** Returns the failure for a key that cannot be sent in a header; null if it can. */
export function unusableKey({ provider, api_key: key }: ModelAccess): Failure | null {
  if (key === null || /^[\x21-\x7e]+$/.test(key)) return null;
  const message = `The key of provider "${provider}" contains spaces or invalid characters. Enter it again.`;
  return { kind: 'auth', message };
}

/** Returns the failure of an answer that ended before the provider marked it as complete. */
export function cutOff(url: string): Failure {
  const message = `The answer of ${url} is incomplete: the connection closed before the answer ended.`;
  return { kind: 'bad_answer', message };
}

/** Returns the failure of an answer that is larger than any model writes. */
export function tooLong(url: string, limitBytes: number): Failure {
  const mib = Math.round(limitBytes / (1024 * 1024));
  return {
    kind: 'bad_answer',
    message: `The answer of ${url} is larger than ${mib} MiB. Check the base URL and the server.`,
  };
}

/** Returns the failure of an answer that is empty. */
export function emptyAnswer({ base_url: url, model }: ModelAccess, isCut: boolean, hasThoughts: boolean): Failure {
  const what = hasThoughts ? ', only thoughts' : '';
  const advice = isCut ? ' The maximum length was reached before the answer began: raise max_tokens.' : '';
  return { kind: 'bad_answer', message: `${model} at ${url} gave an empty answer${what}.${advice}` };
}

/** Returns the failure of a refusal by the model. @param said the text of the refusal */
export function declined({ base_url: url, model }: ModelAccess, said: string): Failure {
  const words = said.trim() === '' ? '.' : `: "${short(said)}"`;
  return { kind: 'refused', message: `${model} at ${url} refused to answer${words}${OTHER_TASK_OR_MODEL}` };
}

/** Returns the failure of an answer that a content filter stopped. @param said the received text */
export function filteredOut({ base_url: url, model }: ModelAccess, said: string): Failure {
  const part = said.trim() === '' ? 'withheld it.' : `cut it off after: "${short(said)}"`;
  const message = `${model} at ${url} gave no complete answer: the provider’s content filter ${part}${OTHER_TASK_OR_MODEL}`;
  return { kind: 'filtered', message };
}

/** Returns the failure of an answer with an unknown finish reason. @param said the received text */
export function unknownEnding({ base_url: url, model }: ModelAccess, ending: string, said: string): Failure {
  const part = said.trim() === '' ? '' : ` It said: "${short(said)}"`;
  const message = `${model} at ${url} ended its answer with the unknown finish_reason "${short(ending)}", so the answer may not be complete.${part}`;
  return { kind: 'unknown_ending', message };
}

const OTHER_TASK_OR_MODEL = ' Change the text of the task, or choose another model for its agent.';

export function notTheApi(url: string, type: string): Failure {
  const what = type.includes('html') ? 'a web page' : type === '' ? 'an unknown type of content' : type;
  return {
    kind: 'bad_answer',
    message: `${url} returned ${what} instead of an API response. Check the base URL; it often ends in /v1.`,
  };
}

/** An error status in place of an answer. */
export interface Refusal {
  code: number;
  headers: Headers;
  error: ServerError;
}

/** Returns the failure of a request with images to a model that cannot read them. @param said what the server said */
export function noImages({ model, base_url: url }: ModelAccess, said = ''): Failure {
  const quoted = said === '' ? '' : ` (${said})`;
  const message = `${model} at ${url} cannot read images${quoted}. Choose a model that can, or remove the images from the attachments of the task.`;
  return { kind: 'no_images', message };
}

/** The parts of a request that a model may not accept. */
export interface RequestParts {
  hasTools: boolean;
  hasImages: boolean;
}

/** What happened, where, and what to do. */
export function refused(
  { code: status, headers, error }: Refusal,
  access: ModelAccess,
  { hasTools, hasImages }: RequestParts,
): Failure {
  const { base_url: url, model, provider } = access;
  const retry = retryAfterMs(headers);
  const wait = retry === null ? {} : { retry_after_ms: retry };
  const said = isPage(headers) ? `${status}, with a web page` : short(`${status} ${error.message}`);
  const known = ofAccountOrFilter(access, status, error, retry !== null);
  if (known) return { ...known, status };
  if (hasImages && refusesImages(error)) return { ...noImages(access, said), status };
  if (hasTools && refusesTools(error)) {
    const message = `${model} at ${url} cannot call tools (${said}). Choose another model for the agent, turn on tool calls in the server (vLLM: --enable-auto-tool-choice, llama.cpp: --jinja), or remove the tools of the agent.`;
    return { kind: 'no_tools', message, status };
  }
  if (namesOf(error).includes('tool_use_failed')) {
    return {
      kind: 'bad_answer',
      message: `${model} at ${url} wrote a tool call that cannot be read (${said}).`,
      status,
    };
  }
  if (status === 429 || (status === 503 && retry !== null)) {
    return { kind: 'rate_limit', message: `${url} is over its limit: ${said}`, status, ...wait };
  }
  if (status === 401 || status === 403) {
    return {
      kind: 'auth',
      message: `${url} rejected the key for provider "${provider}" (${said}). Enter another key.`,
      status,
    };
  }
  if (status === 404) {
    return {
      kind: 'http',
      message: `${url} has no model "${model}" or is not the address of the API (${said}). Check the model and the base URL.`,
      status,
    };
  }
  if (status === 407) {
    const message = `The proxy on the way to ${url} requires a user name and password (${said}). Add them to its address, such as HTTPS_PROXY=http://user:password@proxy.example:3128`;
    return { kind: 'http', message, status };
  }
  const isTooLong = exceeded(status, error, `${url} answered with an error: ${said}`);
  if (isTooLong) return isTooLong;
  return { kind: 'http', message: `${url} answered with an error: ${said}`, status, ...wait };
}

/** Returns the failure of a status that is neither a success nor an error. @param to the address of a redirect */
export function redirected(status: number, to: string | undefined, body: string, access: ModelAccess): Failure {
  const { base_url: url } = access;
  const message = to
    ? `${url} redirects to ${to} (${status}). Set that address as the base URL.`
    : `${url} answered with an error: ${short(`${status} ${serverError(body).message}`)}`;
  return { kind: 'http', message, status };
}

/**
 * Returns the failure of an error that a retry cannot fix, instead of an answer or in the middle of one; null for other
 * errors.
 */
function ofAccountOrFilter(
  access: ModelAccess,
  status: number,
  error: ServerError,
  asksToWait: boolean,
): Failure | null {
  if (isNoCredit(status, error, asksToWait)) {
    const { base_url: url, provider } = access;
    const page = findProvider(provider)?.billingUrl ?? null;
    const where = page === null ? 'at the provider' : `at ${page}`;
    const message = `No credit at ${url}, or the account of provider "${provider}" is not active: ${sentence(short(error.message))} Check its plan and billing ${where}, or enter the key of another account.`;
    return { kind: 'quota', message };
  }
  if (!namesOf(error).some((name) => FILTER_NAMES.has(name))) return null;
  const message = `The content filter of ${access.base_url} refused the request: ${sentence(short(error.message))}${OTHER_TASK_OR_MODEL}`;
  return { kind: 'filtered', message };
}

/** Codes of a prompt that a content filter refuses: Azure's and OpenAI's. */
const FILTER_NAMES: ReadonlySet<string> = new Set(['content_filter', 'content_policy_violation']);

function isPage(headers: Headers): boolean {
  return headers.get('content-type')?.includes('html') ?? false;
}

function short(message: string): string {
  const plain = message.replaceAll(/\s+/g, ' ').trim();
  return plain.length > SHOWN ? `${plain.slice(0, SHOWN)}…` : plain;
}
