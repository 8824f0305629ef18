import type { RunState } from '../run/state.ts';
import type { TaskFigures } from './task-figures.ts';

/** What a run lost when the process that ran it ended, and another process resumed it. */
export interface LostFigures {
  /** How often the run was resumed. */
  resumptions: number;
  /** Turns that ran when the process ended. They ran again and count as neither failed nor completed. */
  turns: number;
  busyMs: number;
  /**
   * The maximum number of model calls whose answers were lost: one for each lost turn, because a turn makes one call
   * at a time and the journal records a call with its answer. Calls and cost of the run do not include them.
   */
  callsAtMost: number;
}

/** Counts what a run lost with the processes that ran it. All figures are 0 for a run that was never resumed. */
export function lostFigures(state: RunState, tasks: readonly TaskFigures[]): LostFigures {
  const turns = tasks.reduce((sum, task) => sum + task.lostTurns, 0);
  const busyMs = tasks.reduce((sum, task) => sum + task.lostBusyMs, 0);
  return { resumptions: state.resumptions.length, turns, busyMs, callsAtMost: turns };
}
