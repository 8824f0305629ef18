import type { Clock } from './run-clock.ts';

/** The clock of an attempt: it runs down from `ms`, and stands still while the engine keeps the attempt waiting. */
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
  hold(): void {
    this.#holds += 1;
    if (this.#holds === 1) this.#stand();
  }

  /** One of its waits is over. */
  release(): void {
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
    this.#timer = setTimeout(
      () => {
        this.#over = true;
        this.#passed();
      },
      Math.max(0, this.#left),
    );
  }

  #stand(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#left -= this.#clock.monotonicMs() - this.#since;
  }
}
