import type { TaskFigures } from './task-figures.ts';

/** Results that this run did not make, and what they took in the runs that made them. */
export interface ReusedFigures {
  /** Results from the cache. */
  cached: Reused;
  /** Results of the run that this run reran. */
  kept: Reused;
}

export interface Reused {
  tasks: number;
  /** Slot time in milliseconds that these tasks took there; null where a journal does not say. */
  busyMs: number | null;
  /** US dollars that they cost there; null where a price or the figure itself is unknown. */
  costUsd: number | null;
}

/** Sums what reused results took in earlier runs, for the cache and for reruns. */
export function reusedFigures(tasks: readonly TaskFigures[]): ReusedFigures {
  return { cached: reused(tasks.filter((task) => task.cached)), kept: reused(tasks.filter((task) => task.kept)) };
}

function reused(tasks: readonly TaskFigures[]): Reused {
  // Only a completed task has a result, and so something that it took.
  const completed = tasks.filter(({ status }) => status === 'completed');
  return {
    tasks: tasks.length,
    busyMs: sumOrNull(completed.map(({ took }) => took?.busy_ms ?? null)),
    costUsd: sumOrNull(completed.map(({ took }) => took?.cost_usd ?? null)),
  };
}

function sumOrNull(numbers: readonly (number | null)[]): number | null {
  return numbers.reduce<number | null>((sum, next) => (sum === null || next === null ? null : sum + next), 0);
}
