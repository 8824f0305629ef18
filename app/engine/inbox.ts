import type { Effect } from './effect.ts';
import type { Input } from './input.ts';

/** Node's timers take no more; a loop that is woken too early waits again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** The maximum time of uninterrupted work, so that a run of ten thousand tasks does not block its process. */
const SLICE_MS = 8;

/** What the loop drives, one step at a time. */
export interface Steps {
  react(input: Input): void;
  /** Makes one decision. Returns false if there is none to make now. */
  decide(): boolean;
  /** Everything has been decided. Returns the run time at which to wake up, or null. */
  rest(): number | null;
  /** Returns the effects that the steps so far have asked for, and forgets them. */
  takeEffects(): readonly Effect[];
}

/**
 * The one loop of a run: inputs are handled in order, and after each of them everything is decided that can be. The
 * effects of a step are performed after it. An input that arrives meanwhile is handled next. There is one timer.
 */
export class Inbox {
  readonly #steps: Steps;
  readonly #perform: (effect: Effect) => void;
  readonly #clock: { now(): number };
  readonly #inputs: Input[] = [];
  #isBusy = false;
  #timer: NodeJS.Timeout | null = null;
  /** The run time that the timer is set for. */
  #wakesAt: number | null = null;
  #later: NodeJS.Immediate | null = null;

  /** `clock` tells the run time in whole ms. */
  constructor(steps: Steps, perform: (effect: Effect) => void, clock: { now(): number }) {
    this.#steps = steps;
    this.#perform = perform;
    this.#clock = clock;
  }

  receive(input: Input): void {
    this.#inputs.push(input);
    if (!this.#isBusy) this.#drain();
  }

  /** Ends the waiting. Inputs are still handled. */
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

  /** Returns false if the time of this slice is over first. */
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

  /** Slots that other rows of a batch grant meanwhile are used at once, by a step inside this one. */
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
    // The time may have come since the last decision: nothing else would report it.
    const ms = Math.max(0, wakeAt - this.#clock.now());
    this.#timer = setTimeout(() => this.#wake(), Math.min(ms, LONGEST_TIMER_MS));
  }

  #wake(): void {
    this.#timer = null;
    this.receive({ type: 'timer' });
  }
}
