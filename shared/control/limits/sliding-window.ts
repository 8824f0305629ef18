/** The length of the window in which requests and tokens are counted, in ms. */
export const WINDOW_MS = 60_000;
/** Until its report arrives, a call counts as started at most this long after its permit. */
const LATEST_START_MS = 30_000;

/** The use of a window by one call. */
export interface WindowUse {
  readonly amount: number;
  /** The run time in ms at which it leaves the window. */
  readonly leavesAt: number;
}

type Entry = { -readonly [Key in keyof WindowUse]: WindowUse[Key] };

/**
 * The calls of the last minute, by run time. A provider counts a call when it arrives, which may be a while after its
 * permit, so a call in flight stays in the window. The sum is maintained, because every decision reads it.
 */
export class SlidingWindow {
  readonly #entries = new Set<Entry>();
  #total = 0;
  /** No entry leaves before this run time. */
  #earliestLeave = Number.POSITIVE_INFINITY;

  /** Returns the sum of all amounts in the window at run time `t`. */
  sum(t: number): number {
    if (t >= this.#earliestLeave) this.#sweep(t);
    return this.#total;
  }

  /** Adds a call that received its permit at run time `t`. */
  add(t: number, amount: number): WindowUse {
    const entry = { amount, leavesAt: t + WINDOW_MS + LATEST_START_MS };
    this.#entries.add(entry);
    this.#total += amount;
    this.#earliestLeave = Math.min(this.#earliestLeave, entry.leavesAt);
    return entry;
  }

  /** Changes when a use of this window leaves it. */
  leaveAt(use: WindowUse, t: number): void {
    const entry: Entry = use;
    entry.leavesAt = t;
    this.#earliestLeave = Math.min(this.#earliestLeave, t);
  }

  /** Reduces a use of this window to at most `amount`. */
  lower(use: WindowUse, amount: number): void {
    const entry: Entry = use;
    if (amount >= entry.amount) return;
    if (this.#entries.has(entry)) this.#total -= entry.amount - amount;
    entry.amount = amount;
  }

  /** The run time at which the next call leaves the window, as far as known; infinite if the window is empty. */
  get next(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { leavesAt } of this.#entries) next = Math.min(next, leavesAt);
    return next;
  }

  #sweep(t: number): void {
    this.#earliestLeave = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries) {
      if (entry.leavesAt > t) this.#earliestLeave = Math.min(this.#earliestLeave, entry.leavesAt);
      else {
        this.#entries.delete(entry);
        this.#total -= entry.amount;
      }
    }
  }
}
