import type { RunState } from '../../../shared/run/state.ts';

/**
 * What a batch may cost as it was given last, by the journals of its rows: more may have been given after the batch's
 * record was written, and to those rows alone that were under way then.
 */
export class GivenBudget {
  readonly #byRun = new Map<string, number | null>();
  #last: number | null = null;
  /** The latest time on the clock on the wall that is known of a row. */
  #until = Number.NEGATIVE_INFINITY;

  see(run: string, { started, resumptions, t, budgetUsd }: RunState): void {
    this.#byRun.set(run, budgetUsd);
    // One that went on by itself had money of its own.
    if (!started || resumptions.some(({ batchMs }) => batchMs === null)) return;
    const since = resumptions.at(-1) ?? { t: 0, wallMs: started.wall_ms };
    const until = since.wallMs + t - since.t;
    if (until <= this.#until) return;
    this.#until = until;
    this.#last = budgetUsd;
  }

  /** US dollars that a row is to be told of; null: it knows, or no row tells. */
  newsFor(run: string): number | null {
    return this.#byRun.get(run) === this.#last ? null : this.#last;
  }
}
