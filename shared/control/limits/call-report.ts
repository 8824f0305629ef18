import type { Failure } from '../../run/error-kind.ts';
import type { SlotEvent } from '../../slot/slot-event.ts';

/**
 * A call counts as having reached its provider when an answer begins, or this long after its start, because it may have
 * to connect first.
 */
const LONGEST_WAY_MS = 1000;

/** What the limits need to know about a model call that has ended. */
export interface CallReport {
  /** Answered, failed for another reason, or refused because of the provider's limit or the account. */
  end: 'answered' | 'failed' | { retryAfterMs: number | null } | { noCredit: Failure };
  /** The tokens that it used. */
  tokens: number;
  /** How many milliseconds ago it had reached the provider. */
  reachedMsAgo: number;
}

/** Returns after how many milliseconds a call has reached its provider, at the latest. */
export function reachedAfterMs(ms: number, firstTokenMs: number | null): number {
  return Math.min(firstTokenMs ?? ms, ms, LONGEST_WAY_MS);
}

/** Returns the report of a call whose end its slot has just reported. */
export function reportOf(call: Extract<SlotEvent, { type: 'llm.call' }>): CallReport {
  const { ms, first_token_ms: firstTokenMs, prompt_tokens, completion_tokens } = call;
  const reachedMsAgo = ms - reachedAfterMs(ms, firstTokenMs);
  return { end: endOf(call), tokens: prompt_tokens + completion_tokens, reachedMsAgo };
}

function endOf({ error }: Extract<SlotEvent, { type: 'llm.call' }>): CallReport['end'] {
  if (error?.kind === 'rate_limit') return { retryAfterMs: error.retry_after_ms ?? null };
  if (error?.kind === 'quota') return { noCredit: error };
  return error ? 'failed' : 'answered';
}
