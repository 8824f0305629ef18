/** What a provider's limits of requests and tokens are counted over. */
export const WINDOW_MS = 60_000;
/** A call that is under way counts as begun at most this long after its permit: how long ago is told with its end. */
const LATEST_START_MS = 30_000;

/** What one call uses of a minute. */
export interface Use {
  readonly amount: number;
  /** It leaves the minute at this run time. */
  leaveAt(t: number): void;
  /** It uses no more than `amount`. */
  lower(amount: number): void;
}

interface Counted {
  amount: number;
  leaves: number;
}

/**
 * Calls of the last minute, by run time. A provider counts a call when it arrives, which may be a while after its permit:
 * while it is under way its minute has not begun to run out. The sum is kept, since it is asked for at every decision.
 */
export class SlidingWindow {
  readonly #counted = new Set<Counted>();
  #total = 0;
  /** Nothing leaves before this run time. */
  #soonest = Number.POSITIVE_INFINITY;

  sum(t: number): number {
    if (t >= this.#soonest) this.#sweep(t);
    return this.#total;
  }

  /** A call that has leave from now on. */
  add(t: number, amount: number): Use {
    const counted = { amount, leaves: t + WINDOW_MS + LATEST_START_MS };
    this.#counted.add(counted);
    this.#total += amount;
    this.#soonest = Math.min(this.#soonest, counted.leaves);
    return {
      amount,
      leaveAt: (leaves) => {
        counted.leaves = leaves;
        this.#soonest = Math.min(this.#soonest, leaves);
      },
      lower: (least) => this.#lower(counted, least),
    };
  }

  /** When the next call leaves the minute, as far as is known. */
  get next(): number {
    return Math.min(...[...this.#counted].map(({ leaves }) => leaves));
  }

  #lower(counted: Counted, amount: number): void {
    if (amount >= counted.amount) return;
    if (this.#counted.has(counted)) this.#total -= counted.amount - amount;
    counted.amount = amount;
  }

  #sweep(t: number): void {
    this.#soonest = Number.POSITIVE_INFINITY;
    for (const counted of this.#counted) {
      if (counted.leaves > t) this.#soonest = Math.min(this.#soonest, counted.leaves);
      else {
        this.#counted.delete(counted);
        this.#total -= counted.amount;
      }
    }
  }
}
