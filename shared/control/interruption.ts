import { spentTokens, spentUsd, tasksWithCostAhead } from '../run/budget.ts';
import { dollars, tokens } from '../run/budget-text.ts';
import type { RunState } from '../run/state.ts';
import type { InterruptReason } from './base/command.ts';

/** Returns the reason for an interruption, for a person. */
export function interruptMessage(reason: InterruptReason): string {
  switch (reason) {
    case 'signal':
      return 'The run was interrupted by a signal.';
    case 'quit':
      return 'The application was closed.';
    case 'budget':
      return 'Its budget is used up.';
    case 'review':
      return 'A review is pending, and nobody is available to answer it.';
    case 'disk':
      return 'Its journal cannot be written.';
    case 'slots':
      return 'Its slot processes do not start.';
  }
}

/** Returns the reason if the budget is used up, with the amount spent and the remaining work. */
export function unpaidMessage(state: RunState): string {
  const { budgetUsd } = state;
  const used = state.overBudget.at(-1)?.tokens ?? null;
  const budget = budgetUsd === null ? '' : ` of ${dollars(budgetUsd)}`;
  const left = tasksWithCostAhead(state).length;
  const tasks = left === 1 ? '1 task' : `${left} tasks`;
  if (used !== null)
    return `Its budget of ${tokens(used.budget)} is used up: ${tokens(spentTokens(state))} used, ${tasks} left. Set a larger budget to continue.`;
  return `Its budget${budget} is used up: ${dollars(spentUsd(state))} spent, ${tasks} left. Set a larger budget to continue.`;
}
