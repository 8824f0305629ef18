import type { ToSlot } from '../../shared/slot/protocol.ts';

/** The time in ms that a message without urgency waits for another message to be sent with. */
const UNHURRIED_MS = 100;

/** Sends messages to a slot process in order, and combines them where possible. */
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

  /** Queues a message that nothing waits for, to be sent with the next urgent message. */
  sendLater(message: ToSlot): void {
    this.#unsent.push(message);
    this.#sending ??= setTimeout(() => this.#sendAll(), UNHURRIED_MS);
  }

  /** Stops sending. */
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
