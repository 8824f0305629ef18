import { isOverBudget } from '../run/budget.ts';
import type { BudgetView } from './budget/budget.ts';
import type { ControlState } from './control-state.ts';

/** Returns the budget of the run, which the rows of a batch share. */
export function budgetOf(control: ControlState): BudgetView {
  const { context, recorder, run } = control;
  const spentUsd = context.batch?.spend(0) ?? recorder.state.spentUsd;
  const budget = run.budgetTokens;
  const tokens = budget === null ? {} : { tokens: { budget, spent: spentTokensOf(control) } };
  return { budgetUsd: run.budgetUsd, spentUsd, ...tokens, isOver: isOverBudget(run) };
}

/** Returns the tokens of all model calls so far, including the other rows of the batch. */
export function spentTokensOf({ context, recorder }: ControlState): number {
  return context.batch?.spendTokens(0) ?? recorder.state.spentTokens;
}
