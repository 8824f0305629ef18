import type { TaskFigures } from './task-figures.ts';

/** The results that this run did not make, and their time and cost in the runs that made them. */
export interface ReusedFigures {
  /** Results from the cache. */
  cached: Reused;
  /** Results reused by a rerun. */
  kept: Reused;
}

export interface Reused {
  tasks: number;
  /** The slot time of these tasks there, in milliseconds; null if unknown. */
  busyMs: number | null;
  /** Their cost there in US dollars; null if unknown. */
  costUsd: number | null;
}

/** Returns the time and cost of reused results in earlier runs, for the cache and for reruns. */
export function reusedFigures(tasks: readonly TaskFigures[]): ReusedFigures {
  return { cached: reused(tasks.filter((task) => task.cached)), kept: reused(tasks.filter((task) => task.kept)) };
}

function reused(tasks: readonly TaskFigures[]): Reused {
  // Only completed tasks have results.
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
