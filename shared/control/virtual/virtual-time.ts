import { Heap } from '../../scheduler/heap.ts';

interface Entry<Input> {
  readonly t: number;
  readonly order: number;
  readonly input: Input;
}

/**
 * Future inputs in virtual time. They are taken in the order of their times, and inputs of the same time in the order in
 * which they were added, so that a simulation is deterministic. Times are whole milliseconds.
 */
export class VirtualTime<Input> {
  readonly #entries = new Heap<Entry<Input>>((a, b) => a.t < b.t || (a.t === b.t && a.order < b.order));
  #now = 0;
  #order = 0;

  /** The time of the last input that was taken; 0 at first. */
  get now(): number {
    return this.#now;
  }

  /** The time of the next input; null if there is none. */
  get next(): number | null {
    return this.#entries.peek()?.t ?? null;
  }

  /** Adds an input at time `t`. An input in the past is taken next, without going back in time. */
  at(t: number, input: Input): void {
    this.#order += 1;
    this.#entries.push({ t, order: this.#order, input });
  }

  /** Takes the next input and advances `now` to its time; undefined if there is none. */
  take(): Input | undefined {
    const entry = this.#entries.pop();
    if (entry === undefined) return undefined;
    this.#now = Math.max(this.#now, entry.t);
    return entry.input;
  }
}
