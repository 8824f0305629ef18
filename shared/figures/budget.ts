import type { RunState } from '../run/state.ts';

/** What the run was allowed to cost, and what that did. Sums are US dollars, times run time in whole milliseconds. */
export interface BudgetFigures {
  /** The last one. */
  usd: number;
  /** Each time that a budget was used up, and until when nothing new started; null: to the end of what there is. */
  usedUp: readonly { atMs: number; untilMs: number | null; spentUsd: number; budgetUsd: number }[];
}

/** Null where there never was a budget. */
export function budgetFigures({ budgetUsd, overBudget }: RunState): BudgetFigures | null {
  if (budgetUsd === null) return null;
  const usedUp = overBudget.map(({ start, end, spentUsd, budgetUsd: limit }) => {
    return { atMs: start, untilMs: end, spentUsd, budgetUsd: limit };
  });
  return { usd: budgetUsd, usedUp };
}
