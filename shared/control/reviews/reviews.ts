import { type OpenReview, openReview, reviewedTurn } from '../../run/review.ts';
import type { TaskState } from '../../run/task-state.ts';
import type { CommandResult, ReviewAnswer } from '../base/command.ts';

/** An answer whose text is being written to the task's `output_file`. */
export interface PendingAnswer {
  readonly answer: ReviewAnswer;
  readonly text: string;
  /** The command to reply to; null if everything was approved in advance. */
  readonly command: number | null;
}

/** What an answer to a review leads to. */
export type Verdict =
  | { type: 'refused'; message: string }
  /** The task may start. */
  | { type: 'started'; review: OpenReview }
  /** The task is attempted again, with the remark. */
  | { type: 'sent_back'; review: OpenReview; remark: string }
  /** The text becomes the result of the task. */
  | { type: 'accepted'; review: OpenReview; text: string };

/** The answers to human reviews that are being applied. */
export class Reviews {
  readonly #pending = new Map<string, PendingAnswer>();

  /** Whether an answer is being applied. The run must not end before it is done. */
  get isBusy(): boolean {
    return this.#pending.size > 0;
  }

  /** Returns what an answer to the review of `task` leads to. `reviewed`: the text under review, or null. */
  judge(task: string, state: TaskState | undefined, answer: ReviewAnswer, reviewed: string | null): Verdict {
    const review = state ? openReview(state) : null;
    if (!review || this.#pending.has(task)) return notOpen(task);
    if (answer.answer === 'sent_back') return sentBack(review, answer.remark);
    if (answer.answer === 'approved' && review.when === 'before') return { type: 'started', review };
    const text = answer.answer === 'edited' ? answer.text : reviewed;
    if (text === null) return refusal(task, "has a result that cannot be read from the run's folder");
    return { type: 'accepted', review, text };
  }

  /** The text of an answer is being written to a file. Until then the review stays open. */
  writing(task: string, pending: PendingAnswer): void {
    this.#pending.set(task, pending);
  }

  /** The text of an answer has been written, or could not be. Returns the answer, or null. */
  written(task: string): PendingAnswer | null {
    const pending = this.#pending.get(task) ?? null;
    this.#pending.delete(task);
    return pending;
  }
}

/** Refuses an answer to a review that is not open. */
export function notOpen(task: string): Extract<Verdict, { type: 'refused' }> {
  return refusal(task, 'is not waiting for an answer');
}

/** Refuses an answer to a review that was closed while its text was written. */
export function closedMeanwhile(task: string): CommandResult {
  return { ok: false, message: refusal(task, 'is no longer waiting for an answer').message };
}

/** A task that was sent back has a result, and its agent needs to know what to change. */
function sentBack(review: OpenReview, remark: string): Verdict {
  if (review.when === 'before' || !reviewedTurn(review.task))
    return refusal(review.task.name, 'has not started yet, so it cannot be sent back');
  if (remark.trim() === '') return { type: 'refused', message: 'Describe what should change to send the result back.' };
  return { type: 'sent_back', review, remark };
}

function refusal(task: string, why: string): Extract<Verdict, { type: 'refused' }> {
  return { type: 'refused', message: `The task ${task} ${why}.` };
}
