import { isOverBudget } from '../run/budget.ts';
import type { BudgetView } from './budget/budget.ts';
import type { ControlState } from './control-state.ts';

/** Returns the budget of the run, which the rows of a batch share. */
export function budgetOf({ context, recorder, run }: ControlState): BudgetView {
  const spentUsd = context.batch?.spend(0) ?? recorder.state.spentUsd;
  return { budgetUsd: run.budgetUsd, spentUsd, isOver: isOverBudget(run) };
}
