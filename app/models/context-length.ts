import type { ServerError } from './server-error.ts';

const WORDS =
  /context[_ -]?(?:length|window|size)|maximum context|n_ctx|prompt is too long|input is too long|too many (?:input |prompt )?tokens|input token count .*exceeds/i;
const TOKENS =
  /(?:maximum )?context (?:length|window|size)(?: of this model| limit)?(?: is| of|:)? (?:only )?(\d[\d,]*)/i;

/** What to do about a request that does not fit the model's context window; null if an error is about something else. */
export function contextAdvice(status: number, error: ServerError): string | null {
  const isTooLong =
    error.names.includes('context_length_exceeded') || error.names.includes('exceed_context_size_error');
  const isOfRequest = status === 400 || status === 413 || status === 422 || status === 500;
  if (!isTooLong && !(isOfRequest && WORDS.test(error.message))) return null;
  const tokens = TOKENS.exec(error.message)?.[1]?.replaceAll(',', '');
  const value = tokens === undefined ? "the model's window in tokens" : tokens;
  return `The request does not fit the model's context window. Set settings.context_window to ${value}, so that results of other tasks are shortened to fit, let tools read less, or choose a model with a larger window.`;
}
