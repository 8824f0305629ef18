import type { ToSlot } from '../../shared/slot/protocol.ts';

/** An unhurried message waits so long for one that it can go along with. */
const UNHURRIED_MS = 100;

/** Messages to a slot process, in their order, together where they can be. */
export class Outbox {
  readonly #deliver: (messages: readonly ToSlot[]) => void;
  #unsent: ToSlot[] = [];
  #sending: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(deliver: (messages: readonly ToSlot[]) => void) {
    this.#deliver = deliver;
  }

  send(message: ToSlot): void {
    this.#unsent.push(message);
    this.#sendAll();
  }

  /** With the next message that somebody waits for: nobody waits for this one. */
  sendLater(message: ToSlot): void {
    this.#unsent.push(message);
    this.#sending ??= setTimeout(() => this.#sendAll(), UNHURRIED_MS);
  }

  /** Nothing is sent any more. */
  close(): void {
    this.#isClosed = true;
    if (this.#sending) clearTimeout(this.#sending);
  }

  #sendAll(): void {
    if (this.#sending) clearTimeout(this.#sending);
    this.#sending = null;
    const messages = this.#unsent;
    this.#unsent = [];
    if (!this.#isClosed) this.#deliver(messages);
  }
}
