import { openReview } from './review.ts';
import type { RunState, TaskState } from './state.ts';

/** What the run has cost so far, in US dollars: failed attempts and co-workers too. Calls of unknown price count nothing. */
export function spentUsd(state: RunState): number {
  let spent = 0;
  for (const turn of state.turns) for (const call of turn.calls) spent += call.costUsd ?? 0;
  return spent;
}

/** Whether what was spent is in part an estimate: a provider counted no tokens. */
export function isSpentEstimated(state: RunState): boolean {
  return state.turns.some((turn) => turn.calls.some((call) => call.tokensEstimated && (call.costUsd ?? 0) > 0));
}

/** Whether the budget is used up and nobody has given more: nothing starts, and no model is asked. */
export function isOverBudget(state: RunState): boolean {
  return state.overBudget.at(-1)?.end === null;
}

/** Tasks that models are still to be asked for. */
export function tasksToPay(state: RunState): TaskState[] {
  return [...state.tasks.values()].filter((task) => {
    return task.index >= 0 && task.status === 'pending' && openReview(task)?.when !== 'after';
  });
}

/** What the tasks that are left may cost: each as much as those that models were asked for so far did on average; null: unknown. */
export function costAheadUsd(state: RunState): number | null {
  const done = [...state.tasks.values()].filter((task) => task.status === 'completed' && task.turns.length > 0);
  if (done.length === 0) return null;
  let cost = 0;
  for (const { turns } of done) for (const turn of turns) for (const call of turn.calls) cost += call.costUsd ?? 0;
  return (cost / done.length) * tasksToPay(state).length;
}

/** US dollars for a person: cents, with two places more where a sum below a dollar has them. */
export function dollars(usd: number): string {
  const fine = usd.toFixed(4);
  return `$${usd >= 1 || fine.endsWith('00') ? usd.toFixed(2) : fine}`;
}
