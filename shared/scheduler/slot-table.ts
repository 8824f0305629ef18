import { numberHeap } from './heap.ts';

interface Slot {
  ready: boolean;
  /** A turn runs in it. */
  busy: boolean;
  /** In a batch: it is this run's for one turn, which is named, or any. */
  granted: Grant | null;
}

/** The turn that a slot of a batch is lent for; a journal of a version that did not say it means any. */
export type Grant = { task: string; turn?: string | undefined } | 'any';

/** Which slots there are, and which of them can take a turn. */
export class SlotTable {
  #count = 0;
  #running = 0;
  /** The slots are a batch's: one can take a turn only while it is granted. */
  #shared = false;
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

  share(shared: boolean): void {
    this.#shared = shared;
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
      if (this.#canTake(this.#slots.get(number))) return number;
      this.#idle.pop();
    }
    return null;
  }

  ready(number: number): void {
    this.#slot(number).ready = true;
    this.#offer(number);
  }

  grant(number: number, grant: Grant): void {
    this.#slot(number).granted = grant;
    this.#offer(number);
  }

  /** What a slot is lent for; null where it is the run's own, or lent for nothing. */
  grantOf(number: number): Grant | null {
    return this.#shared ? (this.#slots.get(number)?.granted ?? null) : null;
  }

  /** The slots are a batch's, which lends them. */
  get shared(): boolean {
    return this.#shared;
  }

  giveBack(number: number): void {
    this.#slot(number).granted = null;
  }

  /** It starts, or has ended: it can take nothing. */
  unready(number: number): void {
    this.#slot(number).ready = false;
  }

  /** Another process carries the run on: it starts its own slots. */
  resetAll(): void {
    for (const slot of this.#slots.values()) {
      slot.ready = false;
      slot.granted = null;
    }
  }

  take(number: number): void {
    this.#slot(number).busy = true;
    this.#running += 1;
  }

  give(number: number): void {
    const slot = this.#slot(number);
    slot.busy = false;
    slot.granted = null;
    this.#running -= 1;
    this.#offer(number);
  }

  #slot(number: number): Slot {
    const known = this.#slots.get(number);
    if (known) return known;
    const slot: Slot = { ready: false, busy: false, granted: null };
    this.#slots.set(number, slot);
    return slot;
  }

  #offer(number: number): void {
    if (this.#canTake(this.#slots.get(number))) this.#idle.push(number);
  }

  #canTake(slot: Slot | undefined): boolean {
    if (!slot?.ready || slot.busy) return false;
    return slot.granted !== null || !this.#shared;
  }
}
