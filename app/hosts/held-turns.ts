import { type TurnKey, turnKeyText } from '../../shared/slot/turn-key.ts';

/** A turn from its submission until its outcome is acknowledged. */
interface SubmittedTurn {
  readonly key: TurnKey;
  /** The number of the last event that was passed on. */
  events: number;
  ended: boolean;
  grace: NodeJS.Timeout | null;
}

/**
 * The turns that a slot process was given. A turn is open until its outcome arrives; only the last one can be running.
 */
export class SubmittedTurns {
  readonly #turns = new Map<string, SubmittedTurn>();
  #running: SubmittedTurn | null = null;

  get isRunning(): boolean {
    return this.#running !== null;
  }

  has(key: TurnKey): boolean {
    return this.#turns.has(turnKeyText(key));
  }

  begin(key: TurnKey): void {
    const turn: SubmittedTurn = { key, events: 0, ended: false, grace: null };
    this.#turns.set(turnKeyText(key), turn);
    this.#running = turn;
  }

  isOpen(key: TurnKey): boolean {
    return this.#open(key) !== null;
  }

  /**
   * Returns whether the event with this number must be passed on: it is the next event of an open turn. Repeats are
   * dropped. After a gap, the process sends the missing events again before this one.
   */
  takeEvent(key: TurnKey, number: number): boolean {
    const turn = this.#open(key);
    if (!turn || number !== turn.events + 1) return false;
    turn.events = number;
    return true;
  }

  /** Calls `overdue` if the turn is still open after `ms`. Only the first call for a turn has an effect. */
  limit(key: TurnKey, ms: number, overdue: () => void): void {
    const turn = this.#open(key);
    if (turn) turn.grace ??= setTimeout(overdue, ms);
  }

  /**
   * Closes an open turn whose outcome arrived.
   * @returns whether the turn was open
   */
  end(key: TurnKey): boolean {
    const turn = this.#open(key);
    if (turn) this.#close(turn);
    return turn !== null;
  }

  /**
   * Records that the process has ended, and with it the turn that ran in it.
   * @returns the turn that ran
   */
  endRunning(): TurnKey | null {
    const turn = this.#running;
    if (turn) this.#close(turn);
    return turn?.key ?? null;
  }

  /** Forgets a turn whose outcome is acknowledged. */
  drop(key: TurnKey): void {
    this.#turns.delete(turnKeyText(key));
  }

  clear(): void {
    this.#turns.clear();
  }

  #open(key: TurnKey): SubmittedTurn | null {
    const turn = this.#turns.get(turnKeyText(key));
    return turn && !turn.ended ? turn : null;
  }

  #close(turn: SubmittedTurn): void {
    turn.ended = true;
    if (turn.grace) clearTimeout(turn.grace);
    if (this.#running === turn) this.#running = null;
  }
}
