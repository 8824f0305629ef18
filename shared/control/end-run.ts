import { isOverBudget, tasksWithCostAhead } from '../run/budget.ts';
import { openReviews } from '../run/review.ts';
import type { InterruptReason } from './base/command.ts';
import { cancelAll } from './cancel-turn.ts';
import type { ControlState } from './control-state.ts';
import { interruptMessage, unpaidMessage } from './interruption.ts';

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
  else if (context.reviewer === 'nobody' && openReviews(run).length > 0 && !waitsForSlot())
    interrupt(control, 'review');
}

/** Closes the run if it is about to end and nothing is in progress. */
export function closeIfOver(control: ControlState): void {
  const { ending } = control;
  if (ending === null || control.isClosed || control.isBusy) return;
  control.isClosed = true;
  if (ending.status === 'interrupted') control.emit({ type: 'run.interrupted', reason: ending.reason });
  control.effect({ type: 'close' });
}
