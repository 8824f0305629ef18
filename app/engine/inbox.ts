import type { Effect } from './effect.ts';
import type { Input } from './input.ts';

/** The longest timer that Node supports. A loop that wakes too early waits again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** The maximum time of uninterrupted work, so that a run of ten thousand tasks does not block its process. */
const SLICE_MS = 8;

/** The controller as the loop sees it, one step at a time. */
export interface Steps {
  react(input: Input): void;
  /** Makes one decision. Returns false if there is none to make now. */
  decide(): boolean;
  /** Called when no decision is left. Returns the run time at which to wake up, or null. */
  rest(): number | null;
  /** Returns the effects requested so far and clears them. */
  takeEffects(): readonly Effect[];
}

/**
 * The loop of a run. It handles inputs in order and, after each of them, makes all decisions that are due. The
 * effects of a step are performed after it. An input that arrives meanwhile is handled next. There is one timer.
 */
export class Inbox {
  readonly #steps: Steps;
  readonly #perform: (effect: Effect) => void;
  readonly #clock: { now(): number };
  readonly #inputs: Input[] = [];
  #isBusy = false;
  #timer: NodeJS.Timeout | null = null;
  /** The run time at which the timer fires. */
  #wakesAt: number | null = null;
  #later: NodeJS.Immediate | null = null;

  /** `clock` returns the run time in whole ms. */
  constructor(steps: Steps, perform: (effect: Effect) => void, clock: { now(): number }) {
    this.#steps = steps;
    this.#perform = perform;
    this.#clock = clock;
  }

  receive(input: Input): void {
    this.#inputs.push(input);
    if (!this.#isBusy) this.#drain();
  }

  /** Cancels the timer. Inputs are still handled. */
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#later) clearImmediate(this.#later);
    this.#timer = null;
    this.#later = null;
  }

  #drain(): void {
    this.#isBusy = true;
    const isDone = this.#work();
    this.#isBusy = false;
    if (isDone) this.#rest();
    else this.#later ??= setImmediate(() => this.#continue());
  }

  /** Returns false if the time slice ends first. */
  #work(): boolean {
    const until = performance.now() + SLICE_MS;
    for (;;) {
      const input = this.#inputs.shift();
      if (input) this.#steps.react(input);
      const hasMore = input !== undefined || this.#steps.decide();
      this.#performAll();
      if (!hasMore && this.#inputs.length === 0) return true;
      if (!input && performance.now() > until) return false;
    }
  }

  /** Performs a nested step, so that a slot granted by other rows during a step is used immediately. */
  #rest(): void {
    this.#setTimer(this.#steps.rest());
    this.#performAll();
  }

  #performAll(): void {
    for (const effect of this.#steps.takeEffects()) this.#perform(effect);
  }

  #continue(): void {
    this.#later = null;
    this.receive({ type: 'continue' });
  }

  #setTimer(wakeAt: number | null): void {
    if (this.#timer && wakeAt === this.#wakesAt) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#wakesAt = wakeAt;
    if (wakeAt === null) return;
    // The wake time may have passed since the last decision, and no input would report it.
    const ms = Math.max(0, wakeAt - this.#clock.now());
    this.#timer = setTimeout(() => this.#wake(), Math.min(ms, LONGEST_TIMER_MS));
  }

  #wake(): void {
    this.#timer = null;
    this.receive({ type: 'timer' });
  }
}
