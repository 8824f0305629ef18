import type { Crew } from '../crew/schema.ts';
import { allocationIntervals } from '../run/allocations.ts';
import type { Concurrency } from '../run/concurrency.ts';
import { concurrencyOf, concurrencySteps } from '../run/concurrency.ts';
import { clip, gaps, lengthOf } from '../run/intervals.ts';
import { type RunSpan, runSpan } from '../run/makespan.ts';
import type { RunState } from '../run/state.ts';
import type { TaskState } from '../run/task-state.ts';
import { type LowerBound, lowerBound, type SlotStep, type TaskWork } from '../scheduler/lower-bound.ts';
import { isExecuted } from './counts.ts';
import type { TaskFigures } from './task-figures.ts';

/** The times of the run, in whole milliseconds of run time, and the figures derived from them. */
export interface TimeFigures extends RunSpan {
  /** The sum of all busy time, including the manager's assignment. */
  sequentialMs: number;
  failedBusyMs: number;
  /** Busy time of turns that were lost with the process that ran the crew. */
  lostBusyMs: number;
  /** 1 − makespan ÷ sequential time; null if nothing was busy. */
  timeSaved: number | null;
  /** The number of slots, integrated over the makespan. */
  slotMs: number;
  /**
   * Busy ÷ slot time; null if there is no slot time, and for a row of a batch, because its slots also ran turns of
   * other rows.
   */
  utilization: number | null;
  /**
   * Tasks that were executed to completion (not cached, not reused) per second of makespan; null if the makespan is 0.
   */
  perSecond: number | null;
  concurrency: Concurrency;
  lowerBound: LowerBound;
  /** Lower bound ÷ makespan; null if the makespan is 0. */
  efficiency: number | null;
}

export function timeFigures(crew: Crew, state: RunState, now: number, tasks: readonly TaskFigures[]): TimeFigures {
  const span = runSpan(state, now);
  const sequentialMs = tasks.reduce((sum, task) => sum + task.busyMs, 0);
  const executed = tasks.filter(isExecuted).length;
  const steps = slotSteps(state);
  const slotMs = slotTime(steps, span);
  // The makespan excludes pauses, and so does the time that slots offer.
  const offered = steps.map(({ t, slots }) => ({ t: t - lengthOf(clip(span.paused, { start: 0, end: t })), slots }));
  const bound = lowerBound(crew, workOf(state, now, tasks, span), offered);
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return {
    ...span,
    sequentialMs,
    failedBusyMs: tasks.reduce((sum, task) => sum + task.failedBusyMs, 0),
    lostBusyMs: tasks.reduce((sum, task) => sum + task.lostBusyMs, 0),
    timeSaved: sequentialMs === 0 ? null : 1 - span.makespanMs / sequentialMs,
    slotMs,
    utilization: state.started?.batch ? null : share(sequentialMs, slotMs),
    perSecond: share(executed * 1000, span.makespanMs),
    concurrency: concurrencyOf(concurrencySteps(state, span.endMs), span.endMs, span.pausedMs),
    lowerBound: bound,
    efficiency: share(bound.ms, span.makespanMs),
  };
}

/** Returns the number of slots over time. The first step is at 0. */
export function slotSteps(state: RunState): SlotStep[] {
  return state.slotCounts.map(({ t, slots }, at) => ({ t: at === 0 ? 0 : t, slots }));
}

/** Returns the work of each task for the lower bound. */
export function workOf(
  state: RunState,
  now: number,
  tasks: readonly TaskFigures[],
  { paused }: RunSpan,
): Record<string, TaskWork> {
  const work: Record<string, TaskWork> = {};
  for (const figures of tasks) {
    const task = state.tasks.get(figures.name);
    const wait_ms = forcedWaitMs(figures);
    // A result that a person wrote needs time but no turn.
    if (!task || (task.turns.length === 0 && wait_ms === 0)) continue;
    work[task.name] = {
      busy_ms: figures.busyMs,
      longest_ms: task.council.length > 0 ? longestTurns(task, now) : figures.busyMs,
      wait_ms,
      // A consensual task keeps its units in a pause, which the makespan excludes.
      held_ms: lengthOf(allocationIntervals(state, task, now).flatMap((held) => gaps(paused, held))),
    };
  }
  return work;
}

/**
 * Returns the waits that no schedule could have shortened: backoff, a provider's limit and a person's answer, outside
 * pauses.
 */
export function forcedWaitMs(task: TaskFigures): number {
  return task.waits.reduce((sum, { reason, ms }) => (FORCED.has(reason) ? sum + ms : sum), 0);
}

const FORCED: ReadonlySet<string> = new Set(['retry', 'rate_limit', 'person']);

/** Returns the longest proposal plus the longest vote, each with all its tries. */
function longestTurns(task: TaskState, now: number): number {
  const byTurn = new Map<string, number>();
  for (const { turn, start, end } of task.turns) {
    const name = turn ?? '';
    byTurn.set(name, (byTurn.get(name) ?? 0) + (end ?? now) - start);
  }
  const longest = (isVote: boolean): number =>
    [...byTurn].reduce((most, [name, ms]) => (name.startsWith('vote:') === isVote ? Math.max(most, ms) : most), 0);
  return longest(false) + longest(true);
}

function slotTime(steps: readonly SlotStep[], span: RunSpan): number {
  return steps.reduce((sum, { t, slots }, at) => {
    const within = { start: t, end: Math.min(steps[at + 1]?.t ?? span.endMs, span.endMs) };
    if (within.end <= within.start) return sum;
    return sum + slots * lengthOf(gaps(span.paused, within));
  }, 0);
}
