import { isAssignment } from './assignment.ts';
import { concurrencySteps } from './concurrency.ts';
import { clip, gaps, type Interval, lengthOf, union } from './intervals.ts';
import type { RunState } from './state.ts';

/** The length of a run, in whole milliseconds of run time. */
export interface RunSpan {
  /** The end of the last task; `now` while tasks are open. */
  endMs: number;
  /** `endMs` less `pausedMs`. */
  makespanMs: number;
  /** The time in which the run was paused and nothing ran. */
  pausedMs: number;
  /** The intervals that `pausedMs` counts. */
  paused: Interval[];
  /** Wall time without an owner. Run time does not advance in it, so the other times do not include it. */
  cutOffMs: number;
  /** The time in which a person was asked and nothing else ran. */
  personMs: number;
}

/** Returns the length of the run up to the end of its last task, or up to `now` (run time) while tasks are open. */
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

/** Returns the end of the last task, or null while a task is open. A crew without tasks ends at 0. */
export function lastEnd(state: RunState): number | null {
  let last = 0;
  for (const task of state.tasks.values()) {
    if (isAssignment(task.name)) continue;
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
