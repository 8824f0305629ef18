import { dollars } from '../../run/budget.ts';
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

/** Returns the event that sets the budget to `usd`, or why that is refused. */
export function budgetSet(
  { spentUsd }: Pick<BudgetView, 'spentUsd'>,
  usd: number,
): { ok: true; draft: EventDraft } | { ok: false; message: string } {
  if (!(usd > spentUsd)) return { ok: false, message: tooLittle(usd, spentUsd) };
  return { ok: true, draft: { type: 'budget.set', budget_usd: usd, spent_usd: spentUsd } };
}

/** Returns the error message for a budget that is not larger than the amount spent. */
export function tooLittle(usd: number, spent: number): string {
  return `A budget of ${dollars(usd)} is not above the ${dollars(spent)} that the run has already cost. Set a larger budget.`;
}
