import type { EventDraft } from '../../run/events.ts';

/** The values that decide whether the budget of a run is used up. */
export interface BudgetView {
  /** The budget in US dollars; null: no limit. */
  budgetUsd: number | null;
  /** The cost so far in US dollars, including the other rows of its batch. */
  spentUsd: number;
  /** Whether the journal already records that the budget is used up. */
  isOver: boolean;
}

/** Whether a model may be called. Calls in flight when the budget is used up are paid for anyway, so they may finish. */
export function allowsCalls({ budgetUsd, spentUsd, isOver }: BudgetView): boolean {
  return !isOver && (budgetUsd === null || spentUsd < budgetUsd);
}

/** Returns the event to journal if the budget has just been used up, or null. */
export function budgetEvent({ budgetUsd, spentUsd, isOver }: BudgetView): EventDraft | null {
  if (isOver || budgetUsd === null || spentUsd < budgetUsd) return null;
  return { type: 'budget.reached', spent_usd: spentUsd, budget_usd: budgetUsd };
}
