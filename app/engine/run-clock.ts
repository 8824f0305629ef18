/** Where time and chance come from, so that tests can give their own. */
export interface Clock {
  /** Milliseconds from any origin, never going back, as `performance.now()`. */
  monotonicMs(): number;
  /** Milliseconds since 1970, as `Date.now()`. */
  wallMs(): number;
  /** From 0 up to, not including, 1; spreads the waits before retries. */
  random(): number;
}

/** The clock of the process. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  random: () => Math.random(),
};

/** Run time: whole milliseconds, never going back, standing still while no process carries the run. */
export class RunClock {
  readonly #clock: Clock;
  readonly #origin: number;
  #last: number;

  /** `t` is `from` when the clock reads `atMonotonicMs`. */
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
