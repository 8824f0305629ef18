import type { RunEvent } from '../../../shared/run/events.ts';
import { messageOf } from '../../base/system-error.ts';
import type { JournalStorage } from './storage.ts';

/** Events that arrive within this time are flushed together. */
const GROUP_MS = 10;

export interface JournalListener {
  /** Called with events that have been flushed, in order. */
  flushed(events: readonly RunEvent[]): void;
  /** Called once when the journal can no longer be written. */
  failed(message: string): void;
}

/**
 * The only writer of a run's events. `append` accepts an event immediately and never waits. Events are flushed in that
 * order, in groups, and each blob before the line that names it.
 */
export class Journal {
  readonly #storage: JournalStorage;
  readonly #listener: JournalListener;
  #events: RunEvent[] = [];
  #blobs = new Map<string, string>();
  /** Names of the blobs that this process has written or queued. */
  readonly #known = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #failed = false;
  #closing = false;

  constructor(storage: JournalStorage, listener: JournalListener) {
    this.#storage = storage;
    this.#listener = listener;
  }

  get failed(): boolean {
    return this.#failed;
  }

  append(event: RunEvent): void {
    if (this.#failed) return;
    this.#events.push(event);
    this.#schedule();
  }

  /** Stores a text as a blob, which is written with the next event. `name`: the SHA-256 of the text in hex. */
  addBlob(name: string, text: string): void {
    if (this.#known.has(name)) return;
    this.#known.add(name);
    this.#blobs.set(name, text);
  }

  /** Flushes the remaining events and closes the file. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    while (!this.#failed && (this.#writing || this.#events.length > 0)) await (this.#writing ?? this.#flush());
    await this.#storage.close().catch((error: unknown) => this.#fail(error));
  }

  #schedule(): void {
    if (this.#timer || this.#writing || this.#closing) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#flush();
    }, GROUP_MS);
  }

  #flush(): Promise<void> {
    this.#writing = this.#writeGroup().finally(() => {
      this.#writing = null;
      if (this.#events.length > 0 && !this.#failed) this.#schedule();
    });
    return this.#writing;
  }

  async #writeGroup(): Promise<void> {
    const events = this.#events;
    const blobs = this.#blobs;
    this.#events = [];
    this.#blobs = new Map();
    try {
      await this.#storage.write(blobs, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#listener.flushed(events);
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#events = [];
    this.#listener.failed(messageOf(error));
  }
}
