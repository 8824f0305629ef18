import { type TurnKey, turnKeyText } from '../../shared/slot/protocol.ts';

/** A turn from its submission until its outcome is acknowledged. */
interface HeldTurn {
  readonly key: TurnKey;
  /** The last event that was passed on. */
  events: number;
  ended: boolean;
  grace: NodeJS.Timeout | null;
}

/** The turns that a slot process was handed. A turn is open until its outcome is said; the last one may run. */
export class SubmittedTurns {
  readonly #turns = new Map<string, HeldTurn>();
  #running: HeldTurn | null = null;

  get isRunning(): boolean {
    return this.#running !== null;
  }

  has(key: TurnKey): boolean {
    return this.#turns.has(turnKeyText(key));
  }

  begin(key: TurnKey): void {
    const turn: HeldTurn = { key, events: 0, ended: false, grace: null };
    this.#turns.set(turnKeyText(key), turn);
    this.#running = turn;
  }

  isOpen(key: TurnKey): boolean {
    return this.#open(key) !== null;
  }

  /**
   * Whether the event of this number is to be passed on: it is the next one of an open turn. Repeats are dropped; after a
   * gap the missing ones come again before this one does.
   */
  takeEvent(key: TurnKey, number: number): boolean {
    const turn = this.#open(key);
    if (!turn || number !== turn.events + 1) return false;
    turn.events = number;
    return true;
  }

  /** Calls `overdue` where the turn is still open after `ms`; said twice, the first time counts. */
  limit(key: TurnKey, ms: number, overdue: () => void): void {
    const turn = this.#open(key);
    if (turn) turn.grace ??= setTimeout(overdue, ms);
  }

  /** An open turn's outcome is said. @returns whether it was open */
  end(key: TurnKey): boolean {
    const turn = this.#open(key);
    if (turn) this.#close(turn);
    return turn !== null;
  }

  /** The process is gone: the turn that ran in it has ended. @returns which one */
  endRunning(): TurnKey | null {
    const turn = this.#running;
    if (turn) this.#close(turn);
    return turn?.key ?? null;
  }

  /** Its outcome is acknowledged. */
  drop(key: TurnKey): void {
    this.#turns.delete(turnKeyText(key));
  }

  clear(): void {
    this.#turns.clear();
  }

  #open(key: TurnKey): HeldTurn | null {
    const turn = this.#turns.get(turnKeyText(key));
    return turn && !turn.ended ? turn : null;
  }

  #close(turn: HeldTurn): void {
    turn.ended = true;
    if (turn.grace) clearTimeout(turn.grace);
    if (this.#running === turn) this.#running = null;
  }
}
