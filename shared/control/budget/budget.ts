import { dollars, tokens } from '../../run/budget-text.ts';
import type { EventDraft } from '../../run/events.ts';

/** The values that decide whether the budget of a run is used up. */
export interface BudgetView {
  /** The budget in US dollars; null: no limit. */
  budgetUsd: number | null;
  /** The cost so far in US dollars, including the other rows of its batch. */
  spentUsd: number;
  /** The budget in tokens, and the tokens used so far, including the other rows; absent without such a budget. */
  tokens?: { budget: number; spent: number };
  /** Whether the journal already records that the budget is used up. */
  isOver: boolean;
}

/** Whether a model may be called. Calls in flight when the budget is used up are paid for anyway, so they may finish. */
export function allowsCalls(view: BudgetView): boolean {
  return !view.isOver && !isUsdSpent(view) && !areTokensSpent(view);
}

function isUsdSpent({ budgetUsd, spentUsd }: BudgetView): boolean {
  return budgetUsd !== null && spentUsd >= budgetUsd;
}

function areTokensSpent({ tokens: used }: BudgetView): boolean {
  return used !== undefined && used.spent >= used.budget;
}

/** Returns the event to journal if the budget has just been used up, or null. */
export function budgetEvent(view: BudgetView): EventDraft | null {
  const { budgetUsd, spentUsd, tokens: used, isOver } = view;
  if (isOver) return null;
  if (budgetUsd !== null && isUsdSpent(view))
    return { type: 'budget.reached', spent_usd: spentUsd, budget_usd: budgetUsd };
  if (used === undefined || !areTokensSpent(view)) return null;
  return { type: 'budget.reached', spent_usd: spentUsd, spent_tokens: used.spent, budget_tokens: used.budget };
}

/** Returns the event that sets the budget to `usd`, or why that is refused. */
export function budgetSet(
  { spentUsd }: Pick<BudgetView, 'spentUsd'>,
  usd: number,
): { ok: true; draft: EventDraft } | { ok: false; message: string } {
  if (!(usd > spentUsd)) return { ok: false, message: tooLittle(usd, spentUsd) };
  return { ok: true, draft: { type: 'budget.set', budget_usd: usd, spent_usd: spentUsd } };
}

/** Returns the event that sets the budget to `budget` tokens, or why that is refused. */
export function tokenBudgetSet(
  { spentUsd, spentTokens }: { spentUsd: number; spentTokens: number },
  budget: number,
): { ok: true; draft: EventDraft } | { ok: false; message: string } {
  if (!(budget > spentTokens)) return { ok: false, message: tooFewTokens(budget, spentTokens) };
  const spent = { spent_usd: spentUsd, spent_tokens: spentTokens };
  return { ok: true, draft: { type: 'budget.set', budget_tokens: budget, ...spent } };
}

/** Returns the error message for a budget that is not larger than the number of tokens used. */
export function tooFewTokens(budget: number, spent: number): string {
  return `A budget of ${tokens(budget)} is not above the ${tokens(spent)} that the run has already used. Set a larger budget.`;
}

/** Returns the error message for a budget that is not larger than the amount spent. */
export function tooLittle(usd: number, spent: number): string {
  return `A budget of ${dollars(usd)} is not above the ${dollars(spent)} that the run has already cost. Set a larger budget.`;
}
