import { turnNameOf, winnerOf } from './consensus.ts';
import type { RunState } from './state.ts';
import type { TaskState } from './task-state.ts';
import type { TurnState } from './turn-state.ts';

/** A question to a person that has no answer yet. */
export interface OpenReview {
  task: TaskState;
  /** `before`: the task has not started. `after`: the task has a result that is not recorded yet. */
  when: 'before' | 'after';
  /** Run time of the question. */
  since: number;
}

/** Returns the open question about a task, or null. */
export function openReview(task: TaskState): OpenReview | null {
  const last = task.reviews.at(-1);
  if (task.status !== 'pending' || !last || last.end !== null) return null;
  return { task, when: last.when, since: last.start };
}

/** Returns all open questions of a run, the oldest first. */
export function openReviews(state: RunState): OpenReview[] {
  const open: OpenReview[] = [];
  for (const task of state.tasks.values()) {
    const review = openReview(task);
    if (review) open.push(review);
  }
  return open.sort((a, b) => a.since - b.since || a.task.index - b.task.index);
}

/** Returns the turn whose answer is the task's result, or becomes it after approval; null if there is none yet. */
export function resultTurn(task: TaskState): TurnState | null {
  const winner = winnerOf(task);
  const name = winner === null ? null : turnNameOf({ kind: 'propose', agent: winner });
  return task.turns.findLast((turn) => turn.turn === name && turn.result === 'ok') ?? null;
}

/** Returns the turn whose output becomes the task's result after approval; null if there is none yet. */
export function reviewedTurn(task: TaskState): TurnState | null {
  const turn = resultTurn(task);
  return turn?.output ? turn : null;
}

/** Returns the remark of the person who approved the start of a task, for its agent; null without a remark. */
export function noteBefore(task: TaskState): string | null {
  return task.reviews.findLast(({ when, answer }) => when === 'before' && answer === 'approved')?.remark ?? null;
}
