import { turnNameOf, winnerOf } from './consensus.ts';
import type { RunState, TaskState, TurnState } from './state.ts';

/** A question to a person that nobody has answered yet. */
export interface OpenReview {
  task: TaskState;
  /** `before` its task is done, or `after`, when its result is there and has not been said yet. */
  when: 'before' | 'after';
  /** Run time at which it was asked. */
  since: number;
}

/** What a person is asked about a task now, or null. */
export function openReview(task: TaskState): OpenReview | null {
  const last = task.reviews.at(-1);
  if (task.status !== 'pending' || !last || last.end !== null) return null;
  return { task, when: last.when, since: last.start };
}

/** All open questions of a run, the longest-waiting first. */
export function openReviews(state: RunState): OpenReview[] {
  const open: OpenReview[] = [];
  for (const task of state.tasks.values()) {
    const review = openReview(task);
    if (review) open.push(review);
  }
  return open.sort((a, b) => a.since - b.since || a.task.index - b.task.index);
}

/** The turn whose output is the task's result once nobody has to say so any more; null where there is none yet. */
export function reviewedTurn(task: TaskState): TurnState | null {
  const winner = winnerOf(task);
  const name = winner === null ? null : turnNameOf({ kind: 'propose', agent: winner });
  return task.turns.findLast((turn) => turn.turn === name && turn.result === 'ok' && turn.output !== null) ?? null;
}

/** What a person said when they let a task be done, for the agent that does it; null where they said nothing. */
export function noteBefore(task: TaskState): string | null {
  return task.reviews.findLast(({ when, answer }) => when === 'before' && answer === 'approved')?.remark ?? null;
}
