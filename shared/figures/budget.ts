import type { RunState } from '../run/state.ts';

/** The budget of the run and its effects. Amounts are US dollars or tokens, times are run time in whole milliseconds. */
export interface BudgetFigures {
  /** The current budget in US dollars; null without one. */
  usd: number | null;
  /** The current budget in tokens; null without one. */
  tokens: number | null;
  /**
   * The intervals in which a budget was used up and nothing new started; an end of null means up to the end of the
   * journal. `budgetUsd` is null if the tokens were used up.
   */
  usedUp: readonly {
    atMs: number;
    untilMs: number | null;
    spentUsd: number;
    budgetUsd: number | null;
    budgetTokens: number | null;
  }[];
}

/** Returns the budget figures; null if the run never had a budget. */
export function budgetFigures({ budgetUsd, budgetTokens, overBudget }: RunState): BudgetFigures | null {
  if (budgetUsd === null && budgetTokens === null) return null;
  const usedUp = overBudget.map(({ start, end, spentUsd, budgetUsd: limit, tokens }) => {
    return { atMs: start, untilMs: end, spentUsd, budgetUsd: limit, budgetTokens: tokens?.budget ?? null };
  });
  return { usd: budgetUsd, tokens: budgetTokens, usedUp };
}
