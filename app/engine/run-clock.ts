import type { Clock } from './request.ts';

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
