/** The source of time and randomness, which tests can replace. */
export interface Clock {
  /** Returns milliseconds from any origin and never decreases, like `performance.now()`. */
  monotonicMs(): number;
  /** Returns milliseconds since 1970, like `Date.now()`. */
  wallMs(): number;
  /** Returns a number from 0 (inclusive) to 1 (exclusive). Retries use it for jitter. */
  random(): number;
}

/** The clock of the process. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  random: () => Math.random(),
};

/** Run time in whole milliseconds. It never decreases, and does not advance while the run has no owner. */
export class RunClock {
  readonly #clock: Clock;
  readonly #origin: number;
  #last: number;

  /** Run time is `from` when the monotonic clock is `atMonotonicMs`. */
  constructor(clock: Clock, from: number, atMonotonicMs: number) {
    this.#clock = clock;
    this.#origin = atMonotonicMs - from;
    this.#last = from;
  }

  now(): number {
    this.#last = Math.max(this.#last, Math.round(this.#clock.monotonicMs() - this.#origin));
    return this.#last;
  }
}
