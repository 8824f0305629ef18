import { type TurnKey, turnKeyText } from '../../slot/turn-key.ts';

/** A request of a running turn that a person must answer. */
export interface WaitingRequest {
  readonly key: TurnKey;
  /** The ID of the request, for its answer. */
  readonly request: string;
  /** The answer must be in the journal before the slot gets it, because the call must not be made twice. */
  readonly isOnce: boolean;
}

/** The requests of running turns that wait for a person, by the ID of their question. */
export class Questions {
  readonly #waiting = new Map<string, WaitingRequest>();

  open(id: string, request: WaitingRequest): void {
    this.#waiting.set(id, request);
  }

  /** Removes and returns the request of a question; null if no running turn waits for it. */
  take(id: string): WaitingRequest | null {
    const request = this.#waiting.get(id) ?? null;
    this.#waiting.delete(id);
    return request;
  }

  /** The slot of a turn no longer waits for the answer to a request. */
  withdraw(key: TurnKey, request: string): void {
    this.#remove((waiting) => waiting.request === request && turnKeyText(waiting.key) === turnKeyText(key));
  }

  /** Removes the requests of a turn that is about to end. */
  end(key: TurnKey): void {
    this.#remove((waiting) => turnKeyText(waiting.key) === turnKeyText(key));
  }

  /** Whether a turn waits for a person. */
  isWaiting(key: TurnKey): boolean {
    return [...this.#waiting.values()].some((waiting) => turnKeyText(waiting.key) === turnKeyText(key));
  }

  #remove(matches: (waiting: WaitingRequest) => boolean): void {
    for (const [id, waiting] of this.#waiting) if (matches(waiting)) this.#waiting.delete(id);
  }
}
