import type { Clock } from '../run-clock.ts';

/** The clock is read at least this often. */
const TICK_MS = 1000;
/** A tick that comes later than this shows that the process did not run: the machine slept, or the process was stopped. */
const LATEST_TICK_MS = 3 * TICK_MS;

/**
 * The clock of an attempt: it runs down from `ms`, and pauses while the engine keeps the attempt waiting, or while the
 * machine sleeps. Time in which the engine's process does not run counts as one tick.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #passed: () => void;
  #left: number;
  #since = 0;
  #timer: NodeJS.Timeout | null = null;
  #holds = 0;
  #over = false;

  constructor(ms: number, clock: Clock, passed: () => void) {
    this.#left = ms;
    this.#clock = clock;
    this.#passed = passed;
    this.#run();
  }

  /** The attempt waits for the engine; may be said for several waits at once. */
  pause(): void {
    this.#holds += 1;
    if (this.#holds === 1) this.#stand();
  }

  /** One of its waits is over. */
  resume(): void {
    if (this.#holds === 0) return;
    this.#holds -= 1;
    if (this.#holds === 0) this.#run();
  }

  clear(): void {
    this.#over = true;
    this.#stand();
  }

  #run(): void {
    if (this.#over) return;
    this.#since = this.#clock.monotonicMs();
    this.#timer = setTimeout(() => this.#tick(), Math.min(TICK_MS, Math.max(0, this.#left)));
  }

  #tick(): void {
    this.#stand();
    if (this.#left > 0) {
      this.#run();
      return;
    }
    this.#over = true;
    this.#passed();
  }

  #stand(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    const elapsed = this.#clock.monotonicMs() - this.#since;
    this.#left -= elapsed > LATEST_TICK_MS ? Math.min(TICK_MS, this.#left - 1) : elapsed;
  }
}
