import type { Estimate } from '../../../shared/run/events.ts';
import type { TimelineSource } from './source.ts';

/**
 * The duration of each task in milliseconds, by name: measured if it has ended, else estimated, times its what-if
 * factor. Null if no schedule is possible: an estimate is unknown, or the crew has problems such as a cycle.
 */
export function durationsOf(
  { state, hasProblems }: Pick<TimelineSource, 'state' | 'hasProblems'>,
  estimates: Readonly<Record<string, Estimate>>,
  speeds: Readonly<Record<string, number>>,
): Record<string, number> | null {
  if (hasProblems) return null;
  const durations: Record<string, number> = {};
  for (const task of state.tasks.values()) {
    // A task that ended without a turn uses no slot and no time.
    if (task.endedAt !== null && task.turns.length === 0) continue;
    const measured = task.endedAt === null ? null : busyOf(task.turns);
    const ms = measured ?? estimates[task.name]?.ms ?? null;
    if (ms === null) return null;
    durations[task.name] = Math.round(ms * (speeds[task.name] ?? 1));
  }
  return durations;
}

function busyOf(turns: readonly { start: number; end: number | null }[]): number {
  return turns.reduce((sum, { start, end }) => sum + (end ?? start) - start, 0);
}
