import { type OpenReview, openReview, reviewedTurn } from '../run/review.ts';
import type { TaskState } from '../run/task-state.ts';
import type { CommandResult, ReviewAnswer } from './base/command.ts';
import { choicesOf, completeTask, failTask } from './complete-task.ts';
import type { ControlState } from './control-state.ts';
import { closedMeanwhile, notOpen } from './reviews/reviews.ts';
import type { TurnOutput } from './turns/transcripts.ts';

/** Answers an opened review immediately if everything was approved in advance. */
export function reviewAsked(control: ControlState, task: string): void {
  if (control.context.reviewer === 'approve_all') answerReview(control, task, { answer: 'approved' }, null);
}

/** Returns the text under review; null if there is none or it cannot be read. */
export function reviewText({ run, results }: ControlState, task: string): string | null {
  const state = run.tasks.get(task);
  const turn = state && openReview(state)?.when === 'after' ? reviewedTurn(state) : null;
  return turn && results.outputOf(task, turn.turn);
}

/** Applies an answer and replies to its command, immediately or when its text has been written. */
export function answerReview(control: ControlState, task: string, answer: ReviewAnswer, command: number | null): void {
  if (control.isOver) {
    reply(control, task, command, refused(notOpen(task)));
    return;
  }
  const verdict = control.reviews.judge(task, control.run.tasks.get(task), answer, reviewText(control, task));
  switch (verdict.type) {
    case 'refused':
      reply(control, task, command, refused(verdict));
      return;
    case 'started':
      emitAnswer(control, verdict.review, answer);
      reply(control, task, command, { ok: true });
      return;
    case 'sent_back':
      control.transcripts.sendBack(task, outputsOf(control, verdict.review.task), verdict.remark);
      emitAnswer(control, verdict.review, answer);
      reply(control, task, command, { ok: true });
      return;
    case 'accepted':
      if (makesNoChoice(control, task, verdict.text)) {
        reply(control, task, command, refused({ message: noChoiceMessage(control, task) }));
        return;
      }
      accept(control, verdict.review, { answer, text: verdict.text, command });
      return;
    default:
      verdict satisfies never;
  }
}

/** Whether a person's text is the result of a router, but makes no valid choice. */
function makesNoChoice({ tasks }: ControlState, task: string, text: string): boolean {
  return choicesOf(tasks.get(task), text) === 'none';
}

function noChoiceMessage({ tasks }: ControlState, task: string): string {
  const choices = tasks.get(task)?.choices ?? [];
  return `The text makes no valid choice. Name one of ${choices.join(', ')}, such as in a last line "Choice: ${choices[0] ?? ''}".`;
}

/** Handles the end of writing an answer's text to the `output_file`. The run may have been stopped meanwhile. */
export function reviewWritten(control: ControlState, task: string, written: CommandResult): void {
  const pending = control.reviews.written(task);
  if (!pending) return;
  const state = control.run.tasks.get(task);
  const review = state ? openReview(state) : null;
  if (!written.ok) reply(control, task, pending.command, written);
  else if (!review || control.isOver) reply(control, task, pending.command, closedMeanwhile(task));
  else complete(control, review, pending);
}

interface Answered {
  answer: ReviewAnswer;
  text: string;
  command: number | null;
}

/**
 * Makes a text the result of the task. Its `output_file` is written first: if that fails, the review stays open and
 * nothing is lost.
 */
function accept(control: ControlState, review: OpenReview, answered: Answered): void {
  const { name } = review.task;
  const file = control.tasks.get(name)?.output_file;
  if (file === undefined) {
    complete(control, review, answered);
    return;
  }
  control.reviews.writing(name, answered);
  control.effect({ type: 'writeFile', id: { type: 'review', task: name }, file, text: answered.text });
}

function complete(control: ControlState, review: OpenReview, { answer, text, command }: Answered): void {
  const { task, when } = review;
  const shortened = when === 'after' ? (reviewedTurn(task)?.shortened ?? []) : [];
  emitAnswer(control, review, answer);
  completeTask(control, task.name, text, { shortened, edited: answer.answer === 'edited' });
  reply(control, task.name, command, { ok: true });
}

/** Replies to a command. A task that was approved in advance fails if its result cannot be read or written. */
function reply(control: ControlState, task: string, command: number | null, result: CommandResult): void {
  if (command !== null) {
    control.effect({ type: 'reply', command, result });
    return;
  }
  const state = control.run.tasks.get(task);
  if (result.ok || control.isOver || !state || openReview(state) === null) return;
  failTask(control, task, result.message);
}

/** Returns the outputs of the task's turns: the proposals of a consensual task, otherwise the one answer. */
function outputsOf({ results }: ControlState, { name, turns }: TaskState): TurnOutput[] {
  const names = new Set(turns.flatMap(({ turn, output }) => (output === null ? [] : [turn])));
  return [...names].map((turn) => ({ turn, answer: results.outputOf(name, turn) ?? '' }));
}

function emitAnswer(control: ControlState, { task, when }: OpenReview, { answer, remark = '' }: ReviewAnswer): void {
  const by = control.context.reviewer === 'approve_all' ? 'approve_all' : 'person';
  const note = remark.trim() === '' ? {} : { remark };
  control.emit({ type: 'review.answered', task: task.name, when, answer, by, ...note });
}

function refused({ message }: { message: string }): CommandResult {
  return { ok: false, message };
}
