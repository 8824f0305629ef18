import { type EventDraft, INLINE_RESULT_BYTES, type RunEvent } from '../run/events.ts';
import type { ResultBody } from '../run/turn-state.ts';
import type { Effect } from './base/effect.ts';
import type { JournaledState } from './journaled-state.ts';

/** A text that an event names. */
export interface Blob {
  name: string;
  text: string;
}

/** What a step leaves to its caller: append the events and blobs to the journal, then perform the effects. */
export interface Output {
  events: RunEvent[];
  blobs: Blob[];
  effects: Effect[];
}

/** How texts are written to the journal. */
export interface JournalRules {
  /** Redacts all texts in a value. */
  redact<Value>(value: Value): Value;
  /** Returns the name of a blob: the SHA-256 of its text, in hex. */
  blobName(text: string): string;
  /** Returns the number of bytes of a text in UTF-8. */
  utf8Bytes(text: string): number;
}

/** Records the events of a run: numbers, stamps and redacts each, and applies it to the state of the run. */
export class Recorder {
  readonly state: JournaledState;
  /** The run time of the current step, in whole ms. */
  now = 0;
  readonly #rules: JournalRules;
  #output = emptyOutput();

  constructor(state: JournaledState, rules: JournalRules) {
    this.state = state;
    this.#rules = rules;
  }

  /** Records an event at the time of the step. */
  emit(draft: EventDraft): RunEvent {
    // A draft and its stamp are the event. The compiler cannot see that through the union of all drafts.
    const event = { ...this.#rules.redact(draft), seq: this.state.run.seq + 1, t: this.now } as RunEvent;
    this.state.apply(event);
    this.#output.events.push(event);
    return event;
  }

  /** Requests an action outside the controller. */
  effect(effect: Effect): void {
    this.#output.effects.push(effect);
  }

  /** Stores a text as a blob and returns its name. An event that names the blob must follow. */
  blob(text: string): string {
    const redacted = this.#rules.redact(text);
    const name = this.#rules.blobName(redacted);
    this.#output.blobs.push({ name, text: redacted });
    return name;
  }

  /** Returns a result in the form that its event contains. */
  body(text: string): ResultBody {
    const isShort = this.#rules.utf8Bytes(text) <= INLINE_RESULT_BYTES;
    return isShort ? { text } : { blob: this.blob(text) };
  }

  /** Returns a text as the journal stores it. */
  redact(text: string): string {
    return this.#rules.redact(text);
  }

  /** Returns what the steps since the last call left to the caller. */
  take(): Output {
    const output = this.#output;
    this.#output = emptyOutput();
    return output;
  }
}

function emptyOutput(): Output {
  return { events: [], blobs: [], effects: [] };
}
