import type { Retries } from '../../crew/schema.ts';
import { type Failure, isTransient } from '../../run/error-kind.ts';
import type { TaskState, TurnState } from '../../run/state.ts';
import { sentence } from '../../sentence.ts';
import { RATE_LIMIT_PATIENCE_MS } from '../base/patience.ts';

/** The number of crashes in a row after which the task itself counts as the cause. */
const CRASHES_IN_A_ROW = 3;
/** The wait in ms after a refusal without `Retry-After`. */
const LEAST_RATE_LIMIT_WAIT_MS = 1000;

export type AfterFailure = { retry: true; retryAt: number; rateLimited: boolean } | { retry: false; failure: Failure };

export interface FailedTurn {
  failure: Failure;
  /** The slot's process ended. */
  crashed: boolean;
  /** Run time now. */
  t: number;
  random: number;
}

/**
 * Decides whether and when a failed turn is retried. `task` contains its turns so far, with this one unfinished. A
 * refusal uses up no retry.
 */
export function afterFailure(task: TaskState, turn: string | null, retries: Retries, failed: FailedTurn): AfterFailure {
  const before = task.turns.filter((ended) => ended.turn === turn && ended.result !== null);
  if (isRateLimit(failed.failure)) {
    const turns = task.turns.filter((one) => one.turn === turn);
    return afterRefusal(turns, failed);
  }
  if (!isTransient(failed.failure)) return { retry: false, failure: failed.failure };
  const used = before.filter(usesRetry).length;
  if (failed.crashed && crashesAtEnd(before) + 1 >= CRASHES_IN_A_ROW) return { retry: false, failure: failed.failure };
  if (used >= retries.max) return { retry: false, failure: failed.failure };
  const asked = failed.failure.retry_after_ms ?? 0;
  if (asked > RATE_LIMIT_PATIENCE_MS) return { retry: false, failure: tooLong(failed.failure, asked) };
  const wait = Math.max(backoffMs(retries, used, failed.random), asked);
  return { retry: true, retryAt: failed.t + wait, rateLimited: false };
}

/** Returns whether a failure is a refusal: 429, or 503 with `Retry-After`. */
export function isRateLimit(failure: Failure): boolean {
  return failure.kind === 'rate_limit';
}

/** Exponential backoff with full jitter: a wait from 0 to `base · factor^used`, at most `cap`, in whole milliseconds. */
export function backoffMs(retries: Retries, used: number, random: number): number {
  let seconds = retries.base_s;
  for (let retry = 0; retry < used && seconds < retries.cap_s; retry += 1) seconds *= retries.factor;
  return Math.round(Math.min(seconds, retries.cap_s) * 1000 * random);
}

function afterRefusal(turns: readonly TurnState[], { failure, t }: FailedTurn): AfterFailure {
  const wait = Math.max(failure.retry_after_ms ?? 0, LEAST_RATE_LIMIT_WAIT_MS);
  if (wait > RATE_LIMIT_PATIENCE_MS) return { retry: false, failure: tooLong(failure, wait) };
  if (waitedForLimit(turns) + wait > RATE_LIMIT_PATIENCE_MS) {
    const message = `${sentence(failure.message)} The provider's limit would keep it waiting for more than ten minutes.`;
    return { retry: false, failure: { ...failure, message } };
  }
  return { retry: true, retryAt: t + wait, rateLimited: true };
}

function tooLong(failure: Failure, askedMs: number): Failure {
  const asked = `The provider asks to wait ${longTime(askedMs)}`;
  return {
    ...failure,
    message: `${sentence(failure.message)} ${asked}, and a task waits ten minutes at most. Run it again later.`,
  };
}

/** Formats a time of a minute or more in its two largest units, such as `11 d 13 h`. */
function longTime(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

/** Returns the sum of the waits after refusals and the waits for permits in later attempts. */
function waitedForLimit(turns: readonly TurnState[]): number {
  let waited = 0;
  let refused = false;
  for (const turn of turns) {
    const call = turn.calls[0];
    if (refused && call) waited += call.start - turn.start;
    refused = turn.rateLimited;
    if (refused) waited += (turn.retryAt ?? 0) - (turn.end ?? 0);
  }
  return waited;
}

/** Counts the attempts that use up a retry: not the lost, cancelled and rate-limited ones. */
function usesRetry(turn: TurnState): boolean {
  if (turn.rateLimited) return false;
  return turn.result === 'error' || turn.result === 'timeout' || turn.result === 'crash';
}

function crashesAtEnd(turns: readonly TurnState[]): number {
  let crashes = 0;
  for (let at = turns.length - 1; at >= 0 && turns[at]?.result === 'crash'; at -= 1) crashes += 1;
  return crashes;
}
