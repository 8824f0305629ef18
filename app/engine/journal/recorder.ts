import type { JournaledState } from '../../../shared/control/journaled-state.ts';
import { type EventDraft, INLINE_RESULT_BYTES, type RunEvent } from '../../../shared/run/events.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { RunClock } from '../run-clock.ts';
import { Journal } from './journal.ts';
import type { Secrets } from './secrets.ts';
import type { JournalStorage } from './storage.ts';

export interface RecorderDeps {
  state: JournaledState;
  storage: JournalStorage;
  clock: RunClock;
  secrets: Secrets;
}

/**
 * The only way to record an event of a run: it numbers, stamps and redacts the event, applies it to the
 * state of the run, and appends it to the journal. Callbacks that wait for the event run after the flush.
 */
export class Recorder {
  readonly journaled: JournaledState;
  readonly #journal: Journal;
  readonly #clock: RunClock;
  readonly #secrets: Secrets;
  readonly #subscribers = new Set<(events: readonly RunEvent[]) => void>();
  #seq: number;
  #failure: string | null = null;
  #onFailure: ((message: string) => void) | null = null;
  /** The waiting callbacks, in the order of their sequence numbers. */
  #onSafe: { seq: number; then: () => void }[] = [];

  constructor(deps: RecorderDeps) {
    this.journaled = deps.state;
    this.#clock = deps.clock;
    this.#secrets = deps.secrets;
    this.#seq = deps.state.run.seq;
    this.#journal = new Journal(deps.storage, {
      flushed: (events) => this.#flushed(events),
      failed: (message) => this.#failed(message),
    });
  }

  get state(): RunState {
    return this.journaled.run;
  }

  /** Records an event at the current run time. */
  emit(draft: EventDraft): RunEvent {
    this.#seq += 1;
    // A draft and its stamp are the event; the compiler cannot see that through the union of all drafts.
    const event = { ...this.#secrets.redactAll(draft), seq: this.#seq, t: this.#clock.now() } as RunEvent;
    this.journaled.apply(event);
    this.#journal.append(event);
    return event;
  }

  /** Stores a body as a blob and returns its name. An event that names the blob must follow. */
  blob(text: string): string {
    return this.#journal.blob(this.#secrets.redact(text));
  }

  /** Redacts a key from everything that is recorded from now on. */
  hide(key: string | null): void {
    this.#secrets.add(key);
  }

  /** Returns a result in the form that its event contains. */
  body(text: string): { text: string } | { blob: string } {
    return Buffer.byteLength(text) <= INLINE_RESULT_BYTES ? { text } : { blob: this.blob(text) };
  }

  /** Calls `then` when all events so far have been flushed. */
  whenSafe(then: () => void): void {
    this.#onSafe.push({ seq: this.#seq, then });
  }

  /** Reports, once, that the journal can no longer be written, and why. */
  whenFailed(listener: (message: string) => void): void {
    this.#onFailure = listener;
    if (this.#failure !== null) listener(this.#failure);
  }

  subscribe(listener: (events: readonly RunEvent[]) => void): () => void {
    this.#subscribers.add(listener);
    return () => this.#subscribers.delete(listener);
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  #failed(message: string): void {
    this.#failure = message;
    this.#onFailure?.(message);
  }

  #flushed(events: readonly RunEvent[]): void {
    const last = events.at(-1)?.seq ?? 0;
    let safe = 0;
    while (safe < this.#onSafe.length && (this.#onSafe[safe]?.seq ?? 0) <= last) safe += 1;
    for (const { then } of this.#onSafe.splice(0, safe)) then();
    for (const subscriber of this.#subscribers) subscriber(events);
  }
}
