import { isNameOfKey, looksLikeKey } from './secrets.ts';
import type { Path, UnlocatedProblem } from './unlocated-problem.ts';

/** What a crew or an agent adds to each model call, as read from any JSON. */
export interface RequestAdditions {
  parameters?: Readonly<Record<string, unknown>> | undefined;
  headers?: Readonly<Record<string, unknown>> | undefined;
}

/** Parameters of a call that Crewlane sets itself, and the earlier names of those for tools. */
const RESERVED_PARAMETERS: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'n',
]);
/** Headers that describe the connection or the body, or that Crewlane sets itself. */
const RESERVED_HEADERS =
  /^(?:accept|accept-encoding|connection|content-(?:length|type|encoding)|expect|forwarded|host|http2-settings|keep-alive|proxy-.+|te|trailer|transfer-encoding|upgrade|user-agent|via)$/i;
/** Parameters that shape only the answer of the model that is called. */
const SHAPING_PARAMETERS: ReadonlySet<string> = new Set([
  'frequency_penalty',
  'logit_bias',
  'max_completion_tokens',
  'max_tokens',
  'min_p',
  'parallel_tool_calls',
  'presence_penalty',
  'reasoning',
  'reasoning_effort',
  'repetition_penalty',
  'response_format',
  'seed',
  'stop',
  'temperature',
  'thinking',
  'top_k',
  'top_p',
  'verbosity',
]);

/**
 * Returns the additions that can do more than shape the answer, for a person who decides whether to trust a crew.
 * Gateways read from parameters and headers which model to call, at which address and with which tools.
 */
export function callAdditions({ parameters = {}, headers = {} }: RequestAdditions): string[] {
  const named = Object.keys(parameters).filter((name) => !SHAPING_PARAMETERS.has(name));
  return [...named.map((name) => `parameter ${name}`), ...Object.keys(headers).map((name) => `header ${name}`)];
}

/** Checks the `parameters` and `headers` of the crew's settings or of an agent. */
export function requestProblems({ parameters = {}, headers = {} }: RequestAdditions, at: Path): UnlocatedProblem[] {
  return [
    ...Object.entries(parameters).flatMap(([key, value]) => parameterProblems(key, value, [...at, 'parameters', key])),
    ...Object.entries(headers).flatMap(([name, value]) => headerProblems(name, value, [...at, 'headers', name])),
  ];
}

function parameterProblems(key: string, value: unknown, path: Path): UnlocatedProblem[] {
  // Some servers ignore case in the names of parameters, and use the last one.
  if (RESERVED_PARAMETERS.has(key.toLowerCase())) {
    return [{ code: 'reserved_parameter', message: `parameters.${key} is set by Crewlane. Remove it.`, path }];
  }
  const holdsSecret = typeof value === 'string' && (/api[-_]?key$/i.test(key) || looksLikeKey(value));
  return holdsSecret ? [secret(`parameters.${key}`, path)] : [];
}

function headerProblems(name: string, value: unknown, path: Path): UnlocatedProblem[] {
  if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name)) {
    const message = `headers: ${JSON.stringify(name)} is not the name of a header. Use letters, digits and "-".`;
    return [{ code: 'invalid_header', message, path }];
  }
  if (RESERVED_HEADERS.test(name)) {
    return [{ code: 'reserved_header', message: `headers.${name} is set by Crewlane. Remove it.`, path }];
  }
  if (typeof value !== 'string') return [];
  if (isNameOfKey(name) || looksLikeKey(value)) return [secret(`headers.${name}`, path)];
  if (/^[\x20-\x7e]*$/.test(value)) return [];
  const message = `headers.${name} contains characters that a header cannot contain. Use plain letters, digits and punctuation.`;
  return [{ code: 'invalid_header', message, path }];
}

function secret(what: string, path: Path): UnlocatedProblem {
  const message = `${what} looks like a key, which no crew file contains. Remove it, and give the key in the window or in the environment.`;
  return { code: 'secret_in_file', message, path };
}
