import { namesOf, type ServerError } from './server-error.ts';

const WORDS =
  /context[_ -]?(?:length|window|size)|maximum context|n_ctx|prompt is too long|input is too long|too many (?:input |prompt )?tokens|input token count .*exceeds/i;
const TOKENS =
  /(?:maximum )?context (?:length|window|size)(?: of this model| limit)?(?: is| of|:)? (?:only )?(\d[\d,]*)/i;

export interface TooLong {
  /** The model's context window, if the server named it. */
  windowTokens: number | null;
  /** Advice for the person. */
  advice: string;
}

/**
 * Recognizes an error about a request that does not fit the model's context window; null if it is about something else.
 * @param status 0 for an error in the middle of an answer
 */
export function tooLongError(status: number, error: ServerError): TooLong | null {
  const names = namesOf(error);
  const isTooLong = names.includes('context_length_exceeded') || names.includes('exceed_context_size_error');
  const isOfRequest = status === 0 || status === 400 || status === 413 || status === 422 || status === 500;
  if (!isTooLong && !(isOfRequest && WORDS.test(error.message))) return null;
  const tokens = TOKENS.exec(error.message)?.[1]?.replaceAll(',', '');
  const windowTokens = tokens === undefined || !(Number(tokens) > 0) ? null : Number(tokens);
  const value = windowTokens === null ? "the model's window in tokens" : tokens;
  const advice = `The request does not fit the model's context window. Set settings.context_window to ${value}, so that results of other tasks are shortened to fit. Or let tools read less, or choose a model with a larger window.`;
  return { windowTokens, advice };
}
