import type { Union } from '../../shared/control/base/machine.ts';
import type { SlotAnswer, TurnKey, TurnSubmission } from '../../shared/slot/protocol.ts';
import type { CommandResult } from './request.ts';

/** Identifies a result written to an `output_file`: of a turn, of a consensual task, or of a human review. */
export type WriteId = Union<{ turn: { key: TurnKey }; task: { task: string }; review: { task: string } }>;

/** An action outside the controller of a run. The inputs in parentheses report its result. */
export type Effect = Union<{
  resizeSlots: { count: number }; // (slot.started, slot.exited)
  submitTurn: { slot: number; submission: TurnSubmission }; // (turn.event, turn.request, turn.ended)
  cancelTurn: { key: TurnKey; graceMs: number }; // (turn.ended)
  killSlot: { slot: number; reason: 'memory' | 'timeout' }; // (slot.exited)
  answerRequest: { key: TurnKey; id: string; answer: SlotAnswer };
  /** Performed after the events so far are flushed. `fenced`: immediately, because the outcome is not accepted. */
  acknowledge: { key: TurnKey; events: number; outcome: boolean; fenced: boolean };
  writeFile: { id: WriteId; file: string; text: string }; // (file.written)
  lookUpCache: { task: string }; // (cache.lookedUp)
  /** Answers a command: a success after the events so far are flushed, a refusal immediately. */
  reply: { command: number; result: CommandResult };
  /** Closes the journal and the slots of the run. */
  close: object;
}>;

/** The requested effects that have not been performed yet, in order. */
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
