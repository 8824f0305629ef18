import { answerRequest, toolsAnswered, withdrawRequest } from './answer-request.ts';
import { reviewWritten } from './answer-review.ts';
import type { Input, InputOf } from './base/input.ts';
import { expireDeadlines } from './cancel-turn.ts';
import { settleTask, taskWritten } from './complete-task.ts';
import type { ControlState } from './control-state.ts';
import { journalFailed } from './end-run.ts';
import { turnEnded, turnWritten } from './end-turn.ts';
import { conditionEvaluated } from './evaluate-conditions.ts';
import { itemsFiltered } from './expand-items.ts';
import { expireLeases, grantLease } from './grant-leases.ts';
import { resultLookedUp } from './look-up-result.ts';
import { performCommand } from './perform-command.ts';
import { slotExited, slotReady, slotStarted, slotsSampled } from './report-slots.ts';
import { turnReported } from './start-turn.ts';
import { slotGranted } from './use-shared-slots.ts';

/** Reports that concern no task. */
const REPORTS_OF_SLOTS: ReadonlySet<Input['type']> = new Set([
  'slot.started',
  'slot.ready',
  'slot.exited',
  'slot.sampled',
  'pool.room',
]);

/**
 * Handles an input. A run that has ended ignores reports. A report of a slot can arrive between the event
 * `run.finished`, which is the last one, and the moment when the run closes.
 */
export function react(control: ControlState, input: Input): void {
  if (control.isClosed && input.type !== 'command' && input.type !== 'journal.failed') return;
  if (control.ending?.status === 'finished' && REPORTS_OF_SLOTS.has(input.type)) return;
  switch (input.type) {
    case 'slot.started':
      slotStarted(control, input);
      return;
    case 'slot.ready':
      slotReady(control, input);
      return;
    case 'slot.exited':
      slotExited(control, input);
      return;
    case 'slot.sampled':
      slotsSampled(control, input);
      return;
    case 'turn.event':
      turnReported(control, input);
      return;
    case 'turn.request':
      answerRequest(control, input);
      return;
    case 'turn.requestCancelled':
      withdrawRequest(control, input);
      return;
    case 'turn.ended':
      turnEnded(control, input);
      return;
    case 'begin':
      completeAnswered(control);
      return;
    case 'timer':
      expireDeadlines(control);
      expireLeases(control);
      return;
    case 'continue':
      return;
    case 'journal.failed':
      journalFailed(control, input.message);
      return;
    case 'command':
      performCommand(control, input);
      return;
    case 'file.written':
      fileWritten(control, input);
      return;
    case 'tools.answered':
      toolsAnswered(control, input);
      return;
    case 'server.reported':
      control.emit(input.event);
      return;
    case 'cache.lookedUp':
      resultLookedUp(control, input.task, input.lookup);
      return;
    case 'condition.evaluated':
      conditionEvaluated(control, input);
      return;
    case 'items.filtered':
      itemsFiltered(control, input.task, input.result);
      return;
    case 'slot.granted':
      slotGranted(control, input);
      return;
    case 'lease.granted':
      grantLease(control, input.id);
      return;
    case 'pool.room':
      control.emit({ type: 'pool.room', ...input.room });
      return;
    default:
      input satisfies never;
  }
}

/** Completes the tasks whose completion an earlier process did not record. */
function completeAnswered(control: ControlState): void {
  for (const task of control.tasks.keys()) settleTask(control, task);
}

function fileWritten(control: ControlState, { id, result }: InputOf<'file.written'>): void {
  switch (id.type) {
    case 'turn':
      turnWritten(control, id.key, result);
      return;
    case 'task':
      taskWritten(control, id.task, result);
      return;
    case 'review':
      reviewWritten(control, id.task, result);
      return;
    default:
      id satisfies never;
  }
}
