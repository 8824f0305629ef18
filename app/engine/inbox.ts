import type { Effect } from '../../shared/control/base/effect.ts';
import type { Input } from '../../shared/control/base/input.ts';
import type { Output } from '../../shared/control/recorder.ts';
import type { Step } from '../../shared/control/run-control.ts';

/** The longest timer that Node supports. A loop that wakes too early waits again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** The maximum time of uninterrupted work, so that a run of ten thousand tasks does not block its process. */
const SLICE_MS = 8;

/** The shell of the loop: it stores what a step records, and performs what a step requests. */
export interface Shell {
  /** Returns the run time in whole ms. */
  now(): number;
  append(output: Pick<Output, 'events' | 'blobs'>): void;
  perform(effect: Effect): void;
}

/** The controller as the loop sees it. */
export interface Steps {
  step(input: Input | null, now: number): Step;
  wakeAt(now: number): number | null;
}

/**
 * The loop of a run. It handles inputs in order and, when none is left, makes the decisions that are due, one per step.
 * The events of a step are appended to the journal before its effects are performed. An input that arrives meanwhile is
 * handled next. There is one timer.
 */
export class Inbox {
  readonly #steps: Steps;
  readonly #shell: Shell;
  readonly #inputs: Input[] = [];
  #isBusy = false;
  #timer: NodeJS.Timeout | null = null;
  /** The run time at which the timer fires. */
  #wakesAt: number | null = null;
  #later: NodeJS.Immediate | null = null;

  constructor(steps: Steps, shell: Shell) {
    this.#steps = steps;
    this.#shell = shell;
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

  /** Works until the run rests or the time slice ends. */
  #drain(): void {
    const until = performance.now() + SLICE_MS;
    for (;;) {
      const input = this.#inputs.shift() ?? null;
      this.#isBusy = true;
      const { rests, effects, ...recorded } = this.#steps.step(input, this.#shell.now());
      this.#shell.append(recorded);
      // At rest, a slot that the batch grants is used at once: other rows wait for it.
      this.#isBusy = !rests;
      for (const effect of effects) this.#shell.perform(effect);
      this.#isBusy = false;
      if (rests && this.#inputs.length === 0) {
        this.#setTimer(this.#steps.wakeAt(this.#shell.now()));
        return;
      }
      if (!input && performance.now() > until) break;
    }
    this.#later ??= setImmediate(() => this.#continue());
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
    const ms = Math.max(0, wakeAt - this.#shell.now());
    this.#timer = setTimeout(() => this.#wake(), Math.min(ms, LONGEST_TIMER_MS));
  }

  #wake(): void {
    this.#timer = null;
    this.receive({ type: 'timer' });
  }
}
