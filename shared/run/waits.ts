import { clip, gaps, type Interval, lengthOf, union } from './intervals.ts';
import { settledAt } from './settled.ts';
import type { RunState } from './state.ts';
import type { TaskState } from './task-state.ts';
import type { TurnState } from './turn-state.ts';
import { type Claim, claimsOf, type SharedByTasks, sharedByTasks } from './wait-claims.ts';
import type { WaitReason } from './wait-reason.ts';

/**
 * A segment of a task's time, as run time in whole milliseconds. Running: one of its turns holds a slot. Recording:
 * its outcome is known and the engine records its end, so the task waits for nothing.
 */
export type TaskSegment = Interval &
  (
    | { kind: 'running' }
    | { kind: 'recording' }
    | {
        kind: 'waiting';
        reason: WaitReason;
        /** The blocker by name: a task, an agent, a resource, `slot N`; null if it has no name (a pause). */
        blocker: string | null;
        /**
         * The task whose end ended the wait (equal to `blocker` if that is a task); null while the task waits, or if
         * unknown.
         */
        after: string | null;
      }
  );

/**
 * Returns the segments of each task from the start of the run to the end of the task (to `now` while it has not
 * ended), without gap or overlap. The manager's assignment is contained as `@assignment`. `now` is run time; for a
 * finished run, pass `state.t`.
 */
export function segmentsOf(state: RunState, now: number): Map<string, TaskSegment[]> {
  const run = sharedByTasks(state, now);
  return new Map([...state.tasks.values()].map((task) => [task.name, stretchesOfTask(run, task)]));
}

/** Returns the running time in `segments`, in milliseconds. */
export function runningMs(segments: readonly TaskSegment[]): number {
  return lengthOf(segments.filter((segment) => segment.kind === 'running'));
}

/** Returns the waiting time in `segments`, in milliseconds; only for `reason`, if given. */
export function waitingMs(segments: readonly TaskSegment[], reason?: WaitReason): number {
  return lengthOf(
    segments.filter((segment) => segment.kind === 'waiting' && (reason === undefined || segment.reason === reason)),
  );
}

function stretchesOfTask(run: SharedByTasks, task: TaskState): TaskSegment[] {
  const whole = { start: 0, end: task.endedAt ?? run.now };
  if (task.reusedFrom !== null) return whole.end > 0 ? [{ kind: 'recording', ...whole }] : [];
  const running = union(task.turns.map((turn) => turnInterval(turn, run.now)));
  const segments: TaskSegment[] = clip(running, whole).map((segment) => ({ kind: 'running', ...segment }));
  const claims = claimsOf(run, task);
  const recording = recordingTimes(task, whole.end);
  for (const wait of gaps(running, whole)) {
    for (const piece of clip(recording, wait)) segments.push({ kind: 'recording', ...piece });
    for (const piece of gaps(recording, wait)) segments.push(...explain(piece, claims));
  }
  return segments.sort((a, b) => a.start - b.start);
}

/** Returns the intervals after a task's outcome in which it did not wait for a person. */
function recordingTimes(task: TaskState, end: number): Interval[] {
  const settled = settledAt(task);
  if (settled === null) return [];
  const asked = union(task.reviews.map((review) => ({ start: review.start, end: review.end ?? end })));
  return gaps(asked, { start: settled, end });
}

function explain(wait: Interval, claims: readonly Claim[]): TaskSegment[] {
  const found: TaskSegment[] = [];
  let left: Interval[] = [wait];
  for (const { reason, times, causes } of claims) {
    const claimed = left.flatMap((piece) => clip(times, piece));
    for (const piece of claimed.flatMap(causes)) found.push({ kind: 'waiting', reason, ...piece });
    if (claimed.length > 0) left = left.flatMap((piece) => gaps(times, piece));
  }
  return found;
}

/** Returns the interval from a turn's start to its end, or to `now` while it runs. */
export function turnInterval({ start, end }: TurnState, now: number): Interval {
  return { start, end: end ?? Math.max(start, now) };
}
