import type { Deadlines } from '../../../shared/control/deadlines/deadlines.ts';
import { turnKeyText } from '../../../shared/slot/protocol.ts';
import type { Effects } from '../effect.ts';
import type { RunClock } from '../run-clock.ts';
import type { ActiveTurn, Ending } from './active-turn.ts';

/** The time in ms that a cancelled turn has to end before its slot is killed. */
const GRACE_MS = 250;

/** Cancels turns. Each turn ends when its slot reports its outcome. */
export class TurnCanceller {
  readonly #effects: Effects;
  readonly #deadlines: Deadlines;
  readonly #clock: RunClock;

  constructor(effects: Effects, deadlines: Deadlines, clock: RunClock) {
    this.#effects = effects;
    this.#deadlines = deadlines;
    this.#clock = clock;
  }

  /** Does nothing if the turn has already been cancelled. */
  cancel(turn: ActiveTurn, ending: Ending): void {
    if (turn.ending !== null) return;
    turn.ending = ending;
    this.#deadlines.reduce({ type: 'deadline.ended', id: turnKeyText(turn.key) }, this.#clock.now());
    this.#effects.add({ type: 'cancelTurn', key: turn.key, graceMs: GRACE_MS });
  }
}
