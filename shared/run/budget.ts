import { openReview } from './review.ts';
import type { RunState } from './state.ts';
import type { TaskState } from './task-state.ts';
import { countedTasks } from './tasks-of-run.ts';

/**
 * Returns the cost of the run so far, in US dollars, including failed attempts and coworkers. Calls of unknown price
 * count as 0.
 */
export function spentUsd(state: RunState): number {
  let spent = 0;
  for (const turn of state.turns) for (const call of turn.calls) spent += call.costUsd ?? 0;
  return spent;
}

/** Returns the tokens of all model calls of the run so far, including failed attempts and coworkers. */
export function spentTokens(state: RunState): number {
  let spent = 0;
  for (const turn of state.turns) for (const call of turn.calls) spent += call.promptTokens + call.completionTokens;
  return spent;
}

/** Whether part of the cost is an estimate because a provider counted no tokens. */
export function isSpentEstimated(state: RunState): boolean {
  return state.turns.some((turn) => turn.calls.some((call) => call.tokensEstimated && (call.costUsd ?? 0) > 0));
}

/** Whether the budget is used up and no person has raised it. While it is, nothing starts and no model is called. */
export function isOverBudget(state: RunState): boolean {
  return state.overBudget.at(-1)?.end === null;
}

/** Returns the tasks that may still cause model calls. */
export function tasksWithCostAhead(state: RunState): TaskState[] {
  return countedTasks(state).filter((task) => task.status === 'pending' && openReview(task)?.when !== 'after');
}

/**
 * Estimates the cost of the remaining tasks from the average cost of the tasks with model calls so far; null if
 * unknown.
 */
export function remainingCostUsd(state: RunState): number | null {
  const done = [...state.tasks.values()].filter((task) => task.status === 'completed' && task.turns.length > 0);
  if (done.length === 0) return null;
  let cost = 0;
  for (const { turns } of done) for (const turn of turns) for (const call of turn.calls) cost += call.costUsd ?? 0;
  return (cost / done.length) * tasksWithCostAhead(state).length;
}
