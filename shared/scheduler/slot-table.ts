import { numberHeap } from './heap.ts';

interface Slot {
  ready: boolean;
  /** A turn runs in it. */
  busy: boolean;
}

/** Which slots there are, and which of them can take a turn. */
export class SlotTable {
  #count = 0;
  #running = 0;
  readonly #slots = new Map<number, Slot>();
  /** Holds every slot that can take a turn, and numbers that were handed out or lost since. */
  readonly #idle = numberHeap();

  /** Turns that run now. */
  get running(): number {
    return this.#running;
  }

  /** How many slots the run is to have. */
  get count(): number {
    return this.#count;
  }

  resize(count: number): void {
    this.#count = count;
    for (const number of this.#slots.keys()) this.#offer(number);
  }

  /** The lowest-numbered slot that can take a turn now; null while as many turns run as there are to be slots. */
  next(): number | null {
    if (this.#running >= this.#count) return null;
    for (let number = this.#idle.peek(); number !== undefined; number = this.#idle.peek()) {
      if (number > this.#count) return null;
      const slot = this.#slots.get(number);
      if (slot?.ready && !slot.busy) return number;
      this.#idle.pop();
    }
    return null;
  }

  ready(number: number): void {
    this.#slot(number).ready = true;
    this.#offer(number);
  }

  /** It starts, or has ended: it can take nothing. */
  unready(number: number): void {
    this.#slot(number).ready = false;
  }

  /** Another process carries the run on: it starts its own slots. */
  loseAll(): void {
    for (const slot of this.#slots.values()) slot.ready = false;
  }

  take(number: number): void {
    this.#slot(number).busy = true;
    this.#running += 1;
  }

  give(number: number): void {
    this.#slot(number).busy = false;
    this.#running -= 1;
    this.#offer(number);
  }

  #slot(number: number): Slot {
    const known = this.#slots.get(number);
    if (known) return known;
    const slot: Slot = { ready: false, busy: false };
    this.#slots.set(number, slot);
    return slot;
  }

  #offer(number: number): void {
    const slot = this.#slots.get(number);
    if (slot?.ready && !slot.busy) this.#idle.push(number);
  }
}
