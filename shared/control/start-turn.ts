import type { EventOf } from '../run/events.ts';
import { turnKeyText } from '../slot/turn-key.ts';
import type { ActiveTurn } from './base/active-turn.ts';
import type { InputOf } from './base/input.ts';
import type { ControlState } from './control-state.ts';
import { callEnded, firstPermit } from './grant-permits.ts';
import { draftOf } from './turns/slot-event.ts';

/** Submits a turn to the slot in which the scheduler has started it. */
export function startTurn(control: ControlState, started: EventOf<'attempt.started'>): void {
  const { context, planView, turns, deadlines, now } = control;
  control.unusedGrants.delete(started.slot);
  const { submission, shortened } = context.planTurn(planView, started);
  const { slot, agent } = started;
  const turn: ActiveTurn = {
    ...{ key: submission.key, slot, agent, submission, shortened },
    ...{ events: 0, ending: null, writing: null, toolRequests: new Set<string>() },
  };
  turns.add(turn);
  const deadline = { id: turnKeyText(turn.key), ms: submission.timeout_ms };
  deadlines.reduce({ type: 'deadline.started', ...deadline }, now);
  const permit = firstPermit(control, turn);
  const permitted = permit === null ? submission : { ...submission, permit };
  control.effect({ type: 'submitTurn', slot, submission: permitted });
}

/** Records a report of a turn's slot. */
export function turnReported(control: ControlState, { key, number, event }: InputOf<'turn.event'>): void {
  const { turns, permits, recorder, transcripts } = control;
  const turn = turns.find(key);
  if (!turn) return;
  const waitedMs = event.type === 'llm.call' ? permits.waitedFor(turn, event) : 0;
  control.emit(draftOf(turn, event, waitedMs, (text) => recorder.blob(text)));
  transcripts.take(key.task, key.attempt, key.turn, event);
  if (event.type === 'llm.call') callEnded(control, turn, event);
  turn.events = number;
  control.effect({ type: 'acknowledge', key, events: number, outcome: false, fenced: false });
}
