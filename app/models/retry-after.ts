/** Maximum wait of a Retry-After header: one year, in ms. */
const LONGEST_MS = 365 * 86_400_000;
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
/** `Sun, 06 Nov 1994 08:49:37 GMT`, and the two forms that RFC 9110 calls obsolete. */
const HTTP_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\d\d:\d\d:\d\d/i;

/**
 * Returns the number of milliseconds that a response asks to wait: `retry-after-ms`, or `Retry-After` in seconds or
 * as an HTTP date. A time in the past is 0, a time beyond a year is a year. Null if neither header has a time.
 */
export function retryAfterMs(headers: Headers, nowMs = Date.now()): number | null {
  const asked = numberIn(headers.get('retry-after-ms')) ?? secondsOrDate(headers.get('retry-after'), nowMs);
  return asked === null ? null : Math.min(Math.max(0, Math.round(asked)), LONGEST_MS);
}

function secondsOrDate(header: string | null, nowMs: number): number | null {
  const seconds = numberIn(header);
  if (seconds !== null) return seconds * 1000;
  const text = header?.trim() ?? '';
  // JavaScript parses nearly any text with a number as a date.
  const date = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : date - nowMs;
}

/** A header that was sent several times is joined: the first value counts. */
function numberIn(header: string | null): number | null {
  const first = header?.split(',')[0]?.trim() ?? '';
  return NUMBER.test(first) ? Number(first) : null;
}
