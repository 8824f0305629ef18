import type { Failure } from '../run/error-kind.ts';

/** A model whose provider asks to wait longer than this is replaced by its fallback, in ms. */
export const LONGEST_WAIT_MS = 10_000;

/** Whether another model is called at once: the account has no credit, or the provider asks to wait for long. */
export function fallsBackAtOnce({ kind, retry_after_ms: wait = 0 }: Failure): boolean {
  return kind === 'quota' || (kind === 'rate_limit' && wait > LONGEST_WAIT_MS);
}

/** Whether the next attempt calls another model: the server could not be reached, or it failed. */
export function fallsBackLater({ kind, status = 0 }: Failure): boolean {
  return kind === 'network' || (kind === 'http' && status >= 500);
}
