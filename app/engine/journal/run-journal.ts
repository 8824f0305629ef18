import type { Output } from '../../../shared/control/recorder.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import { Journal } from './journal.ts';
import type { JournalStorage } from './storage.ts';

type Subscriber = (events: readonly RunEvent[]) => void;

/** The journal of a running run. Reports events to subscribers, and runs actions that wait for a flush. */
export class RunJournal {
  readonly #journal: Journal;
  readonly #subscribers = new Set<Subscriber>();
  #lastSeq = 0;
  #flushedSeq = 0;
  /** In the order of their sequence numbers. */
  #waiting: { seq: number; act: () => void }[] = [];
  #failure: string | null = null;
  #onFailure: ((message: string) => void) | null = null;

  constructor(storage: JournalStorage) {
    this.#journal = new Journal(storage, {
      flushed: (events) => this.#flushed(events),
      failed: (message) => this.#failed(message),
    });
  }

  append({ events, blobs }: Pick<Output, 'events' | 'blobs'>): void {
    for (const { name, text } of blobs) this.#journal.addBlob(name, text);
    for (const event of events) this.#journal.append(event);
    this.#lastSeq = events.at(-1)?.seq ?? this.#lastSeq;
  }

  /** Calls `act` when all events so far have been flushed. */
  whenFlushed(act: () => void): void {
    if (this.#flushedSeq >= this.#lastSeq) act();
    else this.#waiting.push({ seq: this.#lastSeq, act });
  }

  /** Reports, once, that the journal can no longer be written, and why. */
  whenFailed(listener: (message: string) => void): void {
    this.#onFailure = listener;
    if (this.#failure !== null) listener(this.#failure);
  }

  /** Reports events in order, each after its flush. Returns the function that unsubscribes. */
  subscribe(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  /** Flushes the remaining events and closes the file. */
  close(): Promise<void> {
    return this.#journal.close();
  }

  #failed(message: string): void {
    this.#failure = message;
    this.#onFailure?.(message);
  }

  #flushed(events: readonly RunEvent[]): void {
    this.#flushedSeq = events.at(-1)?.seq ?? this.#flushedSeq;
    const open = this.#waiting.findIndex(({ seq }) => seq > this.#flushedSeq);
    const safe = this.#waiting.splice(0, open < 0 ? this.#waiting.length : open);
    for (const { act } of safe) act();
    for (const subscriber of this.#subscribers) subscriber(events);
  }
}
