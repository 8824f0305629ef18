import type { RunEvent } from '../../../shared/run/events.ts';
import { summaryOf, taskOfEvent } from './summary.ts';

/** The events that contain each word of a filter in their type, task or summary. Each event is checked once. */
export class EventFilter {
  readonly #words: readonly string[];
  readonly #withSamples: boolean;
  readonly #matches: RunEvent[] = [];
  #checkedCount = 0;

  constructor(filter: string, withSamples: boolean) {
    this.#words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    this.#withSamples = withSamples;
  }

  /** The number of events that have been checked. */
  get checkedCount(): number {
    return this.#checkedCount;
  }

  /** @param events the same list each time, grown at its end; so is what is returned */
  filter(events: readonly RunEvent[]): readonly RunEvent[] {
    for (; this.#checkedCount < events.length; this.#checkedCount += 1) {
      const event = events[this.#checkedCount];
      if (event && this.#passes(event)) this.#matches.push(event);
    }
    return this.#matches;
  }

  #passes(event: RunEvent): boolean {
    if (!this.#withSamples && event.type === 'sample') return false;
    if (this.#words.length === 0) return true;
    const text = `${event.type} ${taskOfEvent(event)} ${summaryOf(event)}`.toLowerCase();
    return this.#words.every((word) => text.includes(word));
  }
}
