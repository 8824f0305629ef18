import { isReviewed } from '../crew/human-review.ts';
import { isAssignment } from '../run/assignment.ts';
import { roleOf } from '../run/consensus.ts';
import type { Failure } from '../run/error-kind.ts';
import type { EventOf } from '../run/events.ts';
import { readAssignment } from '../slot/assignment.ts';
import { fallsBackLater } from '../slot/fallback.ts';
import type { SlotOutcome } from '../slot/slot-outcome.ts';
import { type TurnKey, turnKeyText } from '../slot/turn-key.ts';
import { cancelToolRequests } from './answer-request.ts';
import { type ActiveTurn, attemptOf } from './base/active-turn.ts';
import type { CommandResult } from './base/command.ts';
import type { InputOf } from './base/input.ts';
import { completeTask, settleTask } from './complete-task.ts';
import type { ControlState } from './control-state.ts';
import { reclaimLeases } from './grant-leases.ts';
import { endPermits } from './grant-permits.ts';
import { toAssign } from './turns/to-assign.ts';
import { failureOf } from './turns/turn-failure.ts';

/** Accepts only the outcome of a running turn. Acknowledges any other, so that it is not reported again. */
export function turnEnded(control: ControlState, { key, outcome, random }: InputOf<'turn.ended'>): void {
  const turn = control.turns.find(key);
  if (!turn || turn.writing !== null) {
    control.effect({ type: 'acknowledge', key, events: 0, outcome: true, fenced: true });
    return;
  }
  control.deadlines.reduce({ type: 'deadline.ended', id: turnKeyText(key) }, control.now);
  takeOutcome(control, turn, outcome, random);
}

/** Handles the end of writing a turn's result to the task's `output_file`. */
export function turnWritten(control: ControlState, key: TurnKey, written: CommandResult): void {
  const turn = control.turns.find(key);
  if (!turn || turn.writing === null) return;
  const outcome = turn.writing;
  turn.writing = null;
  if (written.ok) complete(control, turn, outcome);
  else end(control, turn, { result: 'error', kind: 'output', message: written.message });
}

function takeOutcome(control: ControlState, turn: ActiveTurn, outcome: SlotOutcome, random: number): void {
  const failed = failureOf(turn, outcome);
  if (failed) fail(control, turn, failed, random);
  else if (outcome.status === 'value') takeValue(control, turn, outcome);
  else cancelled(control, turn);
}

/** Ends a cancelled turn. A resume repeats the turn if the run was interrupted. */
function cancelled(control: ControlState, turn: ActiveTurn): void {
  const again = turn.ending === 'stopped' ? {} : { retry_at: control.now };
  const why =
    turn.ending === 'budget'
      ? { kind: 'budget' as const, message: "The run's budget was used up before its next model call." }
      : { kind: 'cancelled' as const, message: 'It was told to stop.' };
  end(control, turn, { result: 'cancelled', ...why, ...again });
}

function fail(
  control: ControlState,
  turn: ActiveTurn,
  { failure, result }: { failure: Failure; result: 'error' | 'timeout' | 'crash' },
  random: number,
): void {
  const { tasks, crew, recorder, now } = control;
  const retries = tasks.get(turn.key.task)?.retries ?? crew.settings.retries;
  const failed = { failure, crashed: result === 'crash', t: now, random };
  const next = recorder.state.retries.afterFailure(turn.key, retries, failed);
  const { kind, message } = next.retry ? failure : next.failure;
  const again = next.retry ? { retry_at: next.retryAt } : {};
  const limited = next.retry && next.rateLimited ? { rate_limited: true as const } : {};
  const fallback = next.retry ? nextFallback(control, turn, failure) : 0;
  end(control, turn, { result, kind, message, ...again, ...limited, ...(fallback > 0 ? { fallback } : {}) });
}

/** Returns the fallback that the next attempt calls first; 0 for the model itself. */
function nextFallback({ run }: ControlState, { key, submission }: ActiveTurn, failure: Failure): number {
  const { agent, first_fallback: first = 0 } = submission;
  if (!fallsBackLater(failure)) return first;
  const turns = run.tasks.get(key.task)?.turns ?? [];
  const calls = turns.findLast(({ turn, attempt }) => turn === key.turn && attempt === key.attempt)?.calls ?? [];
  const last = calls.findLast(({ delegation }) => delegation === null)?.fallback?.index ?? first;
  return Math.min(last + 1, agent.fallbacks?.length ?? 0);
}

function takeValue(control: ControlState, turn: ActiveTurn, outcome: Value): void {
  const { text } = outcome;
  if (isAssignment(turn.key.task)) {
    assign(control, turn, text);
    return;
  }
  const role = roleOf(turn.key.turn);
  const task = control.tasks.get(turn.key.task);
  const file = task?.output_file;
  if (role?.kind === 'vote') vote(control, turn, role.agent, text);
  else if (role?.kind === 'propose' || (task && isReviewed(task, 'after'))) keepOutput(control, turn, outcome);
  else if (file === undefined) complete(control, turn, outcome);
  else {
    turn.writing = outcome;
    control.effect({ type: 'writeFile', id: { type: 'turn', key: turn.key }, file, text });
  }
}

/** Keeps the turn's output. It becomes the task's result after a human review or a vote. */
function keepOutput(control: ControlState, turn: ActiveTurn, { text, unmet }: Value): void {
  const shortened = turn.shortened.length > 0 ? { shortened: [...turn.shortened] } : {};
  control.results.keepOutput(turn.key.task, turn.key.turn, text);
  end(control, turn, { result: 'ok', ...control.recorder.body(text), ...shortened, ...(unmet ? { unmet } : {}) });
}

function complete(control: ControlState, turn: ActiveTurn, { text, unmet }: Value): void {
  close(control, turn, { result: 'ok', ...(unmet ? { unmet } : {}) });
  completeTask(control, turn.key.task, text, { shortened: turn.shortened });
  acknowledge(control, turn);
}

/** Records a vote. The slot guarantees that `choice` made a proposal. */
function vote(control: ControlState, turn: ActiveTurn, agent: string, choice: string): void {
  control.emit({ type: 'vote', ...attemptOf(turn.key), agent, choice });
  end(control, turn, { result: 'ok' });
}

/** Records assignments. The slot has already repeated invalid ones; the manager gets the remaining tasks. */
function assign(control: ControlState, turn: ActiveTurn, text: string): void {
  const { crew, run, recorder } = control;
  const { task: assignment } = turn.key;
  const unassigned = toAssign(crew, run, assignment);
  const { chosen } = readAssignment(unassigned, text);
  close(control, turn, { result: 'ok' });
  const manager = run.tasks.get(assignment)?.agent ?? turn.agent;
  for (const task of unassigned.tasks)
    control.emit({ type: 'task.assigned', task, agent: chosen.get(task) ?? manager });
  control.emit({ type: 'task.completed', task: assignment, ...recorder.body(text) });
  acknowledge(control, turn);
}

function end(control: ControlState, turn: ActiveTurn, ended: Ended): void {
  close(control, turn, ended);
  if (roleOf(turn.key.turn) !== null) settleTask(control, turn.key.task);
  acknowledge(control, turn);
}

/** Ends a turn. Its leases are released first, so that a lease never outlives its attempt. */
function close(control: ControlState, turn: ActiveTurn, ended: Ended): void {
  reclaimLeases(control, turn);
  endPermits(control, turn);
  cancelToolRequests(control, turn);
  control.questions.end(turn.key);
  control.turns.remove(turn);
  control.emit({ type: 'attempt.ended', ...attemptOf(turn.key), ...ended });
}

function acknowledge(control: ControlState, { key, events }: ActiveTurn): void {
  control.effect({ type: 'acknowledge', key, events, outcome: true, fenced: false });
}

type Value = Extract<SlotOutcome, { status: 'value' }>;
type Ended = Omit<EventOf<'attempt.ended'>, 'type' | 'seq' | 't' | 'task' | 'attempt' | 'turn'>;
