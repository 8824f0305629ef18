import { allowsCalls, type BudgetView, budgetEvent } from '../../../shared/control/budget/budget.ts';
import type { JournaledState } from '../../../shared/control/journaled-state.ts';
import { dollars, isOverBudget } from '../../../shared/run/budget.ts';
import type { EventDraft } from '../../../shared/run/events.ts';
import type { BatchResources } from '../batch/share.ts';

/** The cost and the budget of a run. The rows of a batch share one budget. */
export class Budget {
  readonly #state: JournaledState;
  readonly #share: BatchResources | undefined;

  constructor(state: JournaledState, share: BatchResources | undefined) {
    this.#state = state;
    this.#share = share;
  }

  /** Reports the cost of a call to the batch. */
  spent(usd: number): void {
    this.#share?.spend(usd);
  }

  /** Whether a model may be called now. */
  get allowsCalls(): boolean {
    return allowsCalls(this.#view());
  }

  /** Returns the event to journal when the budget has just been used up, or null. */
  next(): EventDraft | null {
    return budgetEvent(this.#view());
  }

  /** Returns the event that sets the budget to `usd`, or why that is refused. */
  set(usd: number): { ok: true; draft: EventDraft } | { ok: false; message: string } {
    const { spentUsd: spent } = this.#view();
    if (!(usd > spent)) return { ok: false, message: tooLittle(usd, spent) };
    return { ok: true, draft: { type: 'budget.set', budget_usd: usd, spent_usd: spent } };
  }

  #view(): BudgetView {
    const { run, spentUsd } = this.#state;
    return { budgetUsd: run.budgetUsd, spentUsd: this.#share?.spend(0) ?? spentUsd, isOver: isOverBudget(run) };
  }
}

/** Returns the error message for a budget that is not larger than the amount spent. */
export function tooLittle(usd: number, spent: number): string {
  return `A budget of ${dollars(usd)} is no more than the ${dollars(spent)} that the run has cost already. Give more than that.`;
}
