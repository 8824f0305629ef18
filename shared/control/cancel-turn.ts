import { turnKeyText } from '../slot/turn-key.ts';
import type { ActiveTurn, Ending } from './base/active-turn.ts';
import type { ControlState } from './control-state.ts';

/** The time in ms that a cancelled turn has to end before its slot is killed. */
const GRACE_MS = 250;

/** Cancels a turn, which ends when its slot reports its outcome. Does nothing if it was cancelled already. */
export function cancelTurn(control: ControlState, turn: ActiveTurn, ending: Ending): void {
  if (turn.ending !== null) return;
  turn.ending = ending;
  control.deadlines.reduce({ type: 'deadline.ended', id: turnKeyText(turn.key) }, control.now);
  control.effect({ type: 'cancelTurn', key: turn.key, graceMs: GRACE_MS });
}

/** Cancels all turns, except those whose result is being written. */
export function cancelAll(control: ControlState, ending: Ending): void {
  for (const turn of control.turns.all()) if (turn.writing === null) cancelTurn(control, turn, ending);
}

/** Cancels the turns whose deadline has expired. */
export function expireDeadlines(control: ControlState): void {
  const { deadlines, turns, now } = control;
  deadlines.reduce({ type: 'tick' }, now);
  for (let expired = deadlines.next(now); expired !== null; expired = deadlines.next(now)) {
    deadlines.reduce(expired, now);
    const turn = turns.byText(expired.id);
    if (turn) cancelTurn(control, turn, 'timeout');
  }
}
