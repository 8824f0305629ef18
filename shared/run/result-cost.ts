import type { ResultCost } from './events.ts';
import type { TaskState } from './task-state.ts';

/** The slot time and cost of a task's result. A cached or reused result has those of the run that made it. */
export function resultCostOf(task: TaskState): ResultCost {
  if (task.took) return task.took;
  const busy_ms = task.turns.reduce((sum, { start, end }) => sum + (end === null ? 0 : end - start), 0);
  let cost_usd: number | null = 0;
  for (const call of task.turns.flatMap((turn) => turn.calls)) {
    cost_usd = cost_usd === null || call.costUsd === null ? null : cost_usd + call.costUsd;
  }
  return { busy_ms, cost_usd };
}
