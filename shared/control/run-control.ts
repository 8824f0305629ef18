import type { WaitGraph } from '../scheduler/wait-cycles.ts';
import type { TurnKey } from '../slot/turn-key.ts';
import { reviewText } from './answer-review.ts';
import type { RunEnd } from './base/command.ts';
import type { Input } from './base/input.ts';
import type { ResourceUse } from './base/shared-resources.ts';
import type { ControlState } from './control-state.ts';
import { react } from './react.ts';
import type { Output } from './recorder.ts';
import { decide, rest, wakeAt } from './settle.ts';

/** The result of a step. */
export interface Step extends Output {
  /** Whether the run has no decision left: it sleeps until an input, or until `wakeAt`. */
  rests: boolean;
}

/**
 * The controller of a run: handles its inputs and makes its decisions. It calls nothing outside, and nothing calls it
 * back. The same inputs at the same times give the same events and effects.
 */
export class RunControl {
  readonly #state: ControlState;

  constructor(state: ControlState) {
    this.#state = state;
  }

  /** How the run ends; null while it is in progress. */
  get ending(): RunEnd | null {
    return this.#state.ending;
  }

  /**
   * Handles an input at run time `now` in whole ms, which never decreases. Without an input, it makes the next decision.
   * Call it without an input after each input, until the run rests.
   */
  step(input: Input | null, now: number): Step {
    const state = this.#state;
    state.recorder.now = now;
    if (input) react(state, input);
    const rests = !input && !decide(state);
    if (rests) rest(state);
    return { ...state.recorder.take(), rests };
  }

  /** Returns the run time at which a resting run needs the input `timer`; null if it waits for another input. */
  wakeAt(now: number): number | null {
    this.#state.recorder.now = now;
    return wakeAt(this.#state);
  }

  /** Returns the text under review; null if there is none or it cannot be read. */
  reviewText(task: string): string | null {
    return reviewText(this.#state, task);
  }

  /** Whether a turn runs now. */
  isRunning(key: TurnKey): boolean {
    return this.#state.turns.find(key) !== undefined;
  }

  /** Returns the run's current users of a resource and the number of times it was acquired. */
  use(resource: string): ResourceUse {
    const { leases, run, turns } = this.#state;
    return leases.use(resource, { resources: run.resources, turns: turns.all() });
  }

  /** Returns which running turns wait for which resources, and which turns hold them. */
  waits(): WaitGraph {
    return this.#state.scheduler.waits();
  }
}
