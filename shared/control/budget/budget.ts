import type { EventDraft } from '../../run/events.ts';

/** What the budget of a run is judged by. */
export interface BudgetView {
  /** What the run may cost in US dollars; null: no limit. */
  budgetUsd: number | null;
  /** What it has cost so far, with the other rows of its batch. */
  spentUsd: number;
  /** Whether the journal says already that the budget is used up. */
  isOver: boolean;
}

/** Whether a model may be called. Calls in flight when the budget is used up are paid for anyway, so they may finish. */
export function allowsCalls({ budgetUsd, spentUsd, isOver }: BudgetView): boolean {
  return !isOver && (budgetUsd === null || spentUsd < budgetUsd);
}

/** Returns the event that the journal is to record when the budget has just been used up, or null. */
export function budgetEvent({ budgetUsd, spentUsd, isOver }: BudgetView): EventDraft | null {
  if (isOver || budgetUsd === null || spentUsd < budgetUsd) return null;
  return { type: 'budget.reached', spent_usd: spentUsd, budget_usd: budgetUsd };
}
