import { concurrencySteps } from './concurrency.ts';
import { ASSIGNMENT } from './events.ts';
import { clip, gaps, type Interval, lengthOf, union } from './intervals.ts';
import type { RunState } from './state.ts';

/** How long a run took, in whole milliseconds of run time. */
export interface RunSpan {
  /** The last task's end; while tasks are open, now. */
  endMs: number;
  /** `endMs` less `pausedMs`. */
  makespanMs: number;
  /** In which the run was paused and nothing ran. */
  pausedMs: number;
  /** The intervals that `pausedMs` counts. */
  paused: Interval[];
  /** Wall time in which no process carried the run. Run time stood still, so it is no part of the others. */
  cutOffMs: number;
  /** In which a person was asked and nothing else ran. */
  personMs: number;
}

/** The run's length up to its last task's end, or up to `now` (run time) while tasks are open. */
export function runSpan(state: RunState, now: number): RunSpan {
  const endMs = lastEnd(state) ?? now;
  const whole = { start: 0, end: endMs };
  const idle = gaps(busyTime(state, endMs), whole);
  const paused = union(state.paused.map(({ start, end }) => ({ start, end: end ?? now })));
  const pausedIdle = idle.flatMap((segment) => clip(paused, segment));
  const asked = union(questions(state, now));
  const idleUnpaused = idle.flatMap((segment) => gaps(paused, segment));
  const pausedMs = lengthOf(pausedIdle);
  return {
    endMs,
    makespanMs: endMs - pausedMs,
    pausedMs,
    paused: pausedIdle,
    cutOffMs: cutOff(state),
    personMs: lengthOf(idleUnpaused.flatMap((segment) => clip(asked, segment))),
  };
}

/** When the last task ended, or null while one has not. A crew without tasks ends at 0. */
export function lastEnd(state: RunState): number | null {
  let last = 0;
  for (const task of state.tasks.values()) {
    if (task.name === ASSIGNMENT) continue;
    if (task.endedAt === null) return null;
    last = Math.max(last, task.endedAt);
  }
  return last;
}

function busyTime(state: RunState, until: number): Interval[] {
  const steps = concurrencySteps(state, until);
  return union(steps.map(({ t, running }, at) => ({ start: t, end: running > 0 ? (steps[at + 1]?.t ?? until) : t })));
}

function questions(state: RunState, now: number): Interval[] {
  const reviews = [...state.tasks.values()].flatMap((task) =>
    task.reviews.map(({ start, end }) => ({ start, end: end ?? task.endedAt ?? now })),
  );
  return [...reviews, ...state.overBudget.map(({ start, end }) => ({ start, end: end ?? now }))];
}

function cutOff(state: RunState): number {
  const last = state.resumptions.at(-1);
  return last && state.started ? Math.max(0, last.wallMs - state.started.wall_ms - (last.t - state.started.t)) : 0;
}
