import type { RunState } from '../run/state.ts';

/** The budget of the run and its effects. Amounts are US dollars, times are run time in whole milliseconds. */
export interface BudgetFigures {
  /** The current budget. */
  usd: number;
  /**
   * The intervals in which the budget was used up and nothing new started; an end of null means up to the end of the
   * journal.
   */
  usedUp: readonly { atMs: number; untilMs: number | null; spentUsd: number; budgetUsd: number }[];
}

/** Returns the budget figures; null if the run never had a budget. */
export function budgetFigures({ budgetUsd, overBudget }: RunState): BudgetFigures | null {
  if (budgetUsd === null) return null;
  const usedUp = overBudget.map(({ start, end, spentUsd, budgetUsd: limit }) => {
    return { atMs: start, untilMs: end, spentUsd, budgetUsd: limit };
  });
  return { usd: budgetUsd, usedUp };
}
