import { isOverBudget } from '../run/budget.ts';
import { openReview } from '../run/review.ts';
import { earliest } from './base/earliest.ts';
import type { ControlState } from './control-state.ts';
import { carryOut } from './effects-of.ts';
import { closeIfOver, interruptIfStuck, waitsOnlyForPerson } from './end-run.ts';
import { evaluateNext } from './evaluate-conditions.ts';
import { doWork } from './expand-task.ts';
import { grantPermits } from './grant-permits.ts';
import { shareDemand } from './use-shared-slots.ts';

/**
 * Makes the next decision: permits first, then conditions to evaluate, tasks to expand or join, throttled agents, and the
 * scheduler. Returns false if there is none.
 * The caller asks again after each decision, because it may permit another.
 */
export function decide(control: ControlState): boolean {
  const { ending, isClosed, throttles, limits, scheduler, conditions, completed, now } = control;
  if (isClosed || ending?.status === 'finished') return false;
  if (grantPermits(control)) return true;
  if (control.isOver) return false;
  // A list may still be filtered, and the result of a crew file may still be written to a file.
  const work = scheduler.work().find(({ task }) => !conditions.isRequested(task) && !completed.has(task));
  if (work) {
    doWork(control, work);
    return true;
  }
  if (evaluateNext(control)) return true;
  const decision = throttles.next(limits, now) ?? scheduler.next(now);
  if (decision === null) return false;
  carryOut(control, control.emit(decision));
  return true;
}

/** Handles a run that has no decision left: ends it if it is over, or if only a person could continue it. */
export function rest(control: ControlState): void {
  if (control.isClosed) return;
  const isWaiting = shareDemand(control);
  const isIdle = !control.isBusy || waitsOnlyForPerson(control);
  if (!control.isOver && !isWaiting && isIdle && decidesAt(control) === null) interruptIfStuck(control);
  closeIfOver(control);
}

/** Returns the run time at which the next decision or timeout is due; null if only an input can cause one. */
export function wakeAt(control: ControlState): number | null {
  if (control.isOver) return null;
  return earliest(decidesAt(control), control.deadlines.wakeAt(), control.leases.wakeAt());
}

/** Returns the next run time at which a decision may be due without an input; null if there is none. */
function decidesAt(control: ControlState): number | null {
  const { throttles, limits, scheduler, now } = control;
  const freeAt = isHeldUp(control) ? throttles.wakeAt(limits, now) : null;
  return earliest(scheduler.wakeAt(), limits.wakeAt(now), freeAt);
}

/** Whether a task that is ready needs a throttled agent, and the budget permits it. */
function isHeldUp({ run, throttles }: ControlState): boolean {
  const { throttled } = throttles;
  if (throttled.size === 0 || isOverBudget(run)) return false;
  for (const task of run.tasks.values()) {
    if (task.status !== 'pending' || task.readyAt === null || openReview(task) !== null) continue;
    if ([task.agent, ...task.council].some((agent) => agent !== null && throttled.has(agent))) return true;
  }
  return false;
}
