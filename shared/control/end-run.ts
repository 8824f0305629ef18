import { isOverBudget, tasksWithCostAhead } from '../run/budget.ts';
import { openQuestions } from '../run/questions.ts';
import { openReviews } from '../run/review.ts';
import type { RunState } from '../run/state.ts';
import type { InterruptReason } from './base/command.ts';
import { cancelAll } from './cancel-turn.ts';
import type { ControlState } from './control-state.ts';
import { interruptMessage, unpaidMessage } from './interruption.ts';
import { slotCount } from './run-facts.ts';

/** Interrupts a run: its turns are cancelled, and it ends when they have ended. */
export function interrupt(control: ControlState, reason: InterruptReason, message = interruptMessage(reason)): void {
  if (control.isOver) return;
  control.ending = { status: 'interrupted', reason, message };
  cancelAll(control, 'interrupted');
}

/** Interrupts a run whose journal cannot be written, even if the run has finished: its last events may be lost. */
export function journalFailed(control: ControlState, message: string): void {
  if (control.isOver) control.ending = { status: 'interrupted', reason: 'disk', message };
  else interrupt(control, 'disk', message);
}

/** Interrupts an idle run that only a person could continue, if nobody is available. */
export function interruptIfStuck(control: ControlState): void {
  const { run, context, scheduler, now } = control;
  const isUnpaid = isOverBudget(run) && tasksWithCostAhead(run).length > 0;
  // A turn that waits only for a slot process will start soon.
  const waitsForSlot = () => scheduler.sharing(now).candidates.length > 0;
  if (isUnpaid && !context.attended) interrupt(control, 'budget', unpaidMessage(run));
  else if (!isPersonAvailable(context) && isAsked(run) && (isFull(control) || !waitsForSlot()))
    interrupt(control, 'review');
}

/** Whether a person can answer. Someone who approved all reviews in advance may still be at the terminal. */
function isPersonAvailable({ reviewer, attended }: ControlState['context']): boolean {
  return reviewer === 'person' || (reviewer === 'approve_all' && attended);
}

/** Whether a person must answer something. Reviews that were approved in advance are answered at once. */
function isAsked(run: RunState): boolean {
  return openReviews(run).length > 0 || openQuestions(run).length > 0;
}

/** Whether every running turn waits for a person, and nothing else is in progress. */
export function waitsOnlyForPerson(control: ControlState): boolean {
  const { turns, questions, completed, reviews, cache } = control;
  if (completed.isBusy || reviews.isBusy || cache.isBusy) return false;
  return turns
    .all()
    .every(({ key, ending, writing }) => ending === null && writing === null && questions.isWaiting(key));
}

/** Whether turns that wait for a person use all slots. */
function isFull({ turns, run }: ControlState): boolean {
  return turns.count >= slotCount(run);
}

/** Closes the run if it is about to end and nothing is in progress. */
export function closeIfOver(control: ControlState): void {
  const { ending } = control;
  if (ending === null || control.isClosed || control.isBusy) return;
  control.isClosed = true;
  if (ending.status === 'interrupted') control.emit({ type: 'run.interrupted', reason: ending.reason });
  control.effect({ type: 'close' });
}
