import type { Failure } from '../../shared/run/error-kind.ts';
import { namesOf, type ServerError } from './server-error.ts';

const RATE_LIMIT: ReadonlySet<string> = new Set([
  'rate_limit_exceeded',
  'rate_limit_error',
  'rate_limit',
  'too_many_requests',
  'resource_exhausted',
]);
const AUTH: ReadonlySet<string> = new Set([
  'invalid_api_key',
  'authentication_error',
  'unauthenticated',
  'unauthorized',
  'permission_error',
  'permission_denied',
]);
const PERMANENT: ReadonlySet<string> = new Set([
  'invalid_request_error',
  'invalid_request',
  'invalid_argument',
  'invalid_prompt',
  'bad_request',
  'badrequesterror',
  'failed_precondition',
  'not_found',
  'not_found_error',
  'model_not_found',
  'unsupported_parameter',
  'unsupported_value',
  'request_too_large',
]);
/** Words of errors that pass, whatever their code. */
const PASSING = /overload|temporar|try again|(?:is|too) busy|unavailable|timed? ?out|internal (?:server )?error/i;
/** A model, or its server as it was started, that does not know tools. */
const NO_TOOLS =
  /(?:does(?: not|n't)|do(?: not|n't)) support (?:tools?|function calling|tool (?:use|calls|calling))|(?:tools?|function calling|tool (?:use|calls|calling)) (?:is|are) not supported|endpoints found that support tool use|enable-auto-tool-choice|requires --jinja/i;

/** A model, or its server as it was started, that does not read images. */
const NO_IMAGES =
  /(?:does(?: not|n't)|do(?: not|n't)|cannot) (?:support|accept|process|read) (?:image|vision|multimodal)|(?:image|vision|multimodal)[ _-]?(?:input|content|url)?s? (?:is|are) not supported|endpoints found that support image input|not a multimodal model|image_url.{0,40}(?:not supported|unsupported|expected|invalid)|unknown variant .?image_url|mmproj/i;

/** Whether a refusal of a request with images is about the images as such. */
export function refusesImages({ message }: ServerError): boolean {
  return NO_IMAGES.test(message);
}

/** The kind of an error in a stream, by its names and its numeric code. An error without a known name may pass. */
export function kindInStream(error: ServerError): Pick<Failure, 'kind' | 'status'> {
  const names = namesOf(error);
  const has = (known: ReadonlySet<string>) => names.some((name) => known.has(name));
  const status = names.map(Number).find((code) => Number.isInteger(code) && code >= 400 && code <= 599);
  if (has(RATE_LIMIT) || status === 429) return { kind: 'rate_limit', status: 429 };
  if (PASSING.test(error.message)) return { kind: 'bad_answer' };
  if (has(AUTH) || status === 401 || status === 403) return { kind: 'auth' };
  const isPassing = status === undefined ? !has(PERMANENT) : status === 408 || status === 409 || status >= 500;
  return isPassing ? { kind: 'bad_answer' } : { kind: 'http', status: status ?? 400 };
}

/** Whether a refusal of a request with tools is about the tools as such. */
export function refusesTools({ message }: ServerError): boolean {
  return NO_TOOLS.test(message);
}
