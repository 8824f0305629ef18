import type { RunState } from '../../../shared/run/state.ts';

/**
 * The latest budget of a batch, from the journals of its rows. A budget that was raised after the batch record was
 * written is stored only by the rows that were running then.
 */
export class LatestBudget {
  readonly #byRun = new Map<string, number | null>();
  #last: number | null = null;
  /** The latest wall-clock time of any row so far, in ms. */
  #latestWallMs = Number.NEGATIVE_INFINITY;

  add(run: string, { started, resumptions, t, budgetUsd }: RunState): void {
    this.#byRun.set(run, budgetUsd);
    // A row that was resumed separately had a separate budget.
    if (!started || resumptions.some(({ batchMs }) => batchMs === null)) return;
    const from = resumptions.at(-1) ?? { t: 0, wallMs: started.wall_ms };
    const endWallMs = from.wallMs + t - from.t;
    if (endWallMs <= this.#latestWallMs) return;
    this.#latestWallMs = endWallMs;
    this.#last = budgetUsd;
  }

  /** The budget in US dollars to set for a row; null if the row has it already or no row has a budget. */
  updateFor(run: string): number | null {
    return this.#byRun.get(run) === this.#last ? null : this.#last;
  }
}
