import { type TurnKey, turnKeyText } from '../../slot/turn-key.ts';
import type { ActiveTurn } from '../base/active-turn.ts';

/** The turns that run now. An outcome counts only for a turn that is in this table: the fence. */
export class TurnTable {
  readonly #turns = new Map<string, ActiveTurn>();

  get count(): number {
    return this.#turns.size;
  }

  all(): readonly ActiveTurn[] {
    return [...this.#turns.values()];
  }

  find(key: TurnKey): ActiveTurn | undefined {
    return this.#turns.get(turnKeyText(key));
  }

  /** Finds a turn by the text of its key. */
  byText(key: string): ActiveTurn | undefined {
    return this.#turns.get(key);
  }

  add(turn: ActiveTurn): void {
    this.#turns.set(turnKeyText(turn.key), turn);
  }

  remove(turn: ActiveTurn): void {
    this.#turns.delete(turnKeyText(turn.key));
  }
}
