import type { Retries as RetrySettings } from '../../crew/settings-schema.ts';
import { type Failure, isTransient } from '../../run/error-kind.ts';
import type { EventDraft } from '../../run/events.ts';
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
  /** The current run time. */
  t: number;
  random: number;
}

/** A turn over all of its attempts. */
export interface RetriedTurn {
  task: string;
  /** Absent or null if the task has only one turn. */
  turn?: string | null | undefined;
}

/** The attempts of one turn so far. */
interface Attempts {
  /** The number of attempts that used up a retry: not the lost, cancelled and rate-limited ones. */
  used: number;
  crashesInRow: number;
  /** The sum of the waits after refusals and the waits for permits in later attempts, in ms. */
  limitWaitMs: number;
  /** When the current attempt started, if the last one was refused and this one has not called a model yet. */
  afterRefusal: number | null;
  wasRefused: boolean;
}

/** Decides whether and when failed turns are retried. Its state follows from the events of the run alone. */
export class Retries {
  readonly #turns = new Map<string, Attempts>();

  /** Applies an event of the run. Most types of events change nothing. */
  reduce(event: EventDraft, t: number): void {
    if (event.type === 'attempt.started') {
      const attempts = this.#turns.get(nameOf(event));
      if (attempts) attempts.afterRefusal = attempts.wasRefused ? t : null;
    } else if (event.type === 'llm.call') {
      const attempts = this.#turns.get(nameOf(event));
      if (attempts) countPermitWait(attempts, t - event.ms);
    } else if (event.type === 'attempt.ended') this.#ended(event, t);
  }

  /** Decides about the failure of a turn's current attempt. A refusal uses up no retry. */
  afterFailure(turn: RetriedTurn, retries: RetrySettings, failed: FailedTurn): AfterFailure {
    const { used, crashesInRow, limitWaitMs } = this.#turns.get(nameOf(turn)) ?? newAttempts();
    const { failure } = failed;
    if (isRateLimit(failure)) return afterRefusal(limitWaitMs, failed);
    if (!isTransient(failure)) return { retry: false, failure };
    if (failed.crashed && crashesInRow + 1 >= CRASHES_IN_A_ROW) return { retry: false, failure };
    if (used >= retries.max) return { retry: false, failure };
    const asked = failure.retry_after_ms ?? 0;
    if (asked > RATE_LIMIT_PATIENCE_MS) return { retry: false, failure: tooLong(failure, asked) };
    const wait = Math.max(backoffMs(retries, used, failed.random), asked);
    return { retry: true, retryAt: failed.t + wait, rateLimited: false };
  }

  #ended(event: Draft<'attempt.ended'>, t: number): void {
    if (event.result === 'ok' && !this.#turns.has(nameOf(event))) return;
    const attempts = this.#turns.get(nameOf(event)) ?? newAttempts();
    this.#turns.set(nameOf(event), attempts);
    attempts.wasRefused = event.rate_limited ?? false;
    attempts.crashesInRow = event.result === 'crash' ? attempts.crashesInRow + 1 : 0;
    if (attempts.wasRefused) attempts.limitWaitMs += (event.retry_at ?? 0) - t;
    else if (USES_RETRY.has(event.result)) attempts.used += 1;
  }
}

type Draft<Type extends EventDraft['type']> = Extract<EventDraft, { type: Type }>;

const USES_RETRY: ReadonlySet<string> = new Set(['error', 'timeout', 'crash']);

function nameOf({ task, turn }: RetriedTurn): string {
  return `${task} ${turn ?? ''}`;
}

function newAttempts(): Attempts {
  return { used: 0, crashesInRow: 0, limitWaitMs: 0, afterRefusal: null, wasRefused: false };
}

/** Counts the wait of the first call after a refusal. A wait before any refusal is caused by the crew's own limit. */
function countPermitWait(attempts: Attempts, callStart: number): void {
  if (attempts.afterRefusal === null) return;
  attempts.limitWaitMs += Math.max(0, callStart - attempts.afterRefusal);
  attempts.afterRefusal = null;
}

/** Returns whether a failure is a refusal: 429, or 503 with `Retry-After`. */
function isRateLimit(failure: Failure): boolean {
  return failure.kind === 'rate_limit';
}

/** Exponential backoff with full jitter: a wait from 0 to `base · factor^used`, at most `cap`, in whole milliseconds. */
export function backoffMs(retries: RetrySettings, used: number, random: number): number {
  let seconds = retries.base_s;
  for (let retry = 0; retry < used && seconds < retries.cap_s; retry += 1) seconds *= retries.factor;
  return Math.round(Math.min(seconds, retries.cap_s) * 1000 * random);
}

function afterRefusal(limitWaitMs: number, { failure, t }: FailedTurn): AfterFailure {
  const wait = Math.max(failure.retry_after_ms ?? 0, LEAST_RATE_LIMIT_WAIT_MS);
  if (wait > RATE_LIMIT_PATIENCE_MS) return { retry: false, failure: tooLong(failure, wait) };
  if (limitWaitMs + wait > RATE_LIMIT_PATIENCE_MS) {
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
