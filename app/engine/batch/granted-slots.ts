import type { Decider } from '../decider.ts';
import type { Recorder } from '../recorder.ts';
import type { FreedBy, SlotShare } from './share.ts';

export interface GrantedSlotsParts {
  slots: SlotShare;
  recorder: Recorder;
  decider: Decider;
  /** Run time in whole milliseconds. */
  now: () => number;
  /** The scheduler may have decisions. */
  pump: () => void;
}

/** The row's side of the slots that a batch shares: what is granted is journalled, used or given back, and told. */
export class GrantedSlots {
  readonly #parts: GrantedSlotsParts;
  /** Granted, and no turn started in them yet. */
  readonly #unused = new Set<number>();
  #withdrawn = false;

  constructor(parts: GrantedSlotsParts) {
    this.#parts = parts;
    parts.slots.join((slot, from) => this.#granted(slot, from));
  }

  /** A turn has started in it. */
  used(slot: number): void {
    this.#unused.delete(slot);
  }

  /** The run starts nothing more. */
  withdraw(): void {
    this.#withdrawn = true;
    this.tell();
  }

  /**
   * Everything that could be decided has been: gives back what was not used, and says what would be. Returns whether a
   * turn waits for a slot.
   */
  tell(): boolean {
    const { slots, recorder, decider, now } = this.#parts;
    for (const slot of this.#unused) recorder.emit({ type: 'slot.returned', slot });
    this.#unused.clear();
    const held = new Set([...recorder.state.running].map((turn) => turn.slot));
    const wish = this.#withdrawn ? null : decider.wish(now());
    slots.tell(held, wish);
    return wish !== null;
  }

  #granted(slot: number, from: FreedBy | null): void {
    this.#unused.add(slot);
    this.#parts.recorder.emit({ type: 'slot.granted', slot, ...(from === null ? {} : { from }) });
    this.#parts.pump();
  }
}
