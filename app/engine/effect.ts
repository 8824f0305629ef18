import type { Union } from '../../shared/control/base/machine.ts';
import type { SlotAnswer, TurnKey, TurnSubmission } from '../../shared/slot/protocol.ts';
import type { CommandResult } from './request.ts';

/** Whose result is written to an `output_file`: a turn's, a consensual task's, or one that a person has answered. */
export type WriteId = Union<{ turn: { key: TurnKey }; task: { task: string }; review: { task: string } }>;

/** What the controller of a run has done outside of it. The inputs in parentheses report the result. */
export type Effect = Union<{
  resizeSlots: { count: number }; // (slot.started, slot.exited)
  submitTurn: { slot: number; submission: TurnSubmission }; // (turn.event, turn.request, turn.ended)
  cancelTurn: { key: TurnKey; graceMs: number }; // (turn.ended)
  killSlot: { slot: number; reason: 'memory' | 'timeout' }; // (slot.exited)
  answerRequest: { key: TurnKey; id: string; answer: SlotAnswer };
  /** Once the events so far are safe. `fenced`: at once, because the outcome of this turn is not accepted. */
  acknowledge: { key: TurnKey; events: number; outcome: boolean; fenced: boolean };
  /** Records the slot processes, so that they can be ended if this process dies. */
  listSlots: { pids: readonly number[] };
  writeFile: { id: WriteId; file: string; text: string }; // (file.written)
  lookUpCache: { task: string }; // (cache.lookedUp)
  /** Answers a command: a success once the events so far are safe, a refusal at once. */
  reply: { command: number; result: CommandResult };
  /** Nothing more happens in the run: its journal and its slots are closed. */
  close: object;
}>;

/** The effects that the parts of the controller have asked for and nobody has performed yet, in order. */
export class Effects {
  #effects: Effect[] = [];

  add(effect: Effect): void {
    this.#effects.push(effect);
  }

  take(): readonly Effect[] {
    const effects = this.#effects;
    if (effects.length > 0) this.#effects = [];
    return effects;
  }
}
