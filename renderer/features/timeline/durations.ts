import { isLimited, limitSettings } from '../../../shared/control/limits/settings.ts';
import { measuredCalls } from '../../../shared/control/virtual/crew-limits.ts';
import { type CallCount, callCountOf, workMs } from '../../../shared/run/call-count.ts';
import type { Estimate } from '../../../shared/run/events.ts';
import { ofTaskOrFile } from '../../../shared/run/expansion/task-names.ts';
import { isExpanded } from '../../../shared/run/tasks-of-run.ts';
import type { TurnState } from '../../../shared/run/turn-state.ts';
import type { TimelineSource } from './source.ts';

/**
 * The duration of each task in milliseconds, by name: measured if it has ended, else estimated, times its what-if
 * factor. Null if no schedule is possible: an estimate is unknown, or the crew has problems such as a cycle.
 */
export function durationsOf(
  { crew, state, hasProblems }: Pick<TimelineSource, 'crew' | 'state' | 'hasProblems'>,
  estimates: Readonly<Record<string, Estimate>>,
  speeds: Readonly<Record<string, number>>,
): Record<string, number> | null {
  if (hasProblems) return null;
  const durations: Record<string, number> = {};
  const hasLimits = isLimited(limitSettings(crew));
  for (const task of state.tasks.values()) {
    // A task that ended without a turn uses no slot and no time.
    if (task.endedAt !== null && task.turns.length === 0) continue;
    const declared = crew.tasks[task.index];
    // The tasks that it expanded to take the time. Without the number of items, no schedule is possible.
    if (isExpanded(task)) continue;
    if (declared?.for_each) return null;
    const measured = task.endedAt === null ? null : busyOf(task.turns, hasLimits);
    const ms = measured ?? ofTaskOrFile(estimates, task.name)?.ms ?? null;
    if (ms === null) return null;
    durations[task.name] = Math.round(ms * (speeds[task.name] ?? 1));
  }
  return durations;
}

/** The known model calls of each task, by name: measured if the task has ended, else those of the estimates. */
export function callsOf(
  { state }: Pick<TimelineSource, 'state'>,
  estimates: Readonly<Record<string, Estimate>>,
): Record<string, CallCount> {
  const calls = measuredCalls(estimates);
  for (const { name, endedAt, turns } of state.tasks.values()) {
    const measured = endedAt === null ? null : callCountOf(turns);
    if (measured) calls[name] = measured;
  }
  return calls;
}

/** Waits for permits are left out if the limits are simulated, because they cause such waits again. */
function busyOf(turns: readonly TurnState[], hasLimits: boolean): number {
  return turns.reduce((sum, turn) => sum + (hasLimits ? workMs(turn) : (turn.end ?? turn.start) - turn.start), 0);
}
