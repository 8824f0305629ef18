import { numberHeap } from './heap.ts';

/**
 * Where the slots of a run come from. `own`: every ready slot can take a turn. `granted`: several runs share the slots,
 * and a slot can take a turn of this run only while it is granted for one, by `slot.granted`. The units of declared
 * pools and of agents' limits are then granted with the slots.
 */
export type SlotSource = 'own' | 'granted';

interface Slot {
  ready: boolean;
  /** A turn runs in it. */
  busy: boolean;
  /** The turn that it is granted for; always null if the slots are the run's own. */
  granted: Grant | null;
}

/** The turn that a slot is granted for; `any` in journals of versions that did not record the turn. */
export type Grant = { task: string; turn?: string | undefined } | 'any';

/** The slots of a run, and which of them can take a turn. */
export class SlotTable {
  #count = 0;
  #running = 0;
  #source: SlotSource = 'own';
  readonly #slots = new Map<number, Slot>();
  /** Every slot that can take a turn, and outdated entries. */
  readonly #idle = numberHeap();

  /** The number of running turns. */
  get running(): number {
    return this.#running;
  }

  /** The configured number of slots. */
  get count(): number {
    return this.#count;
  }

  get source(): SlotSource {
    return this.#source;
  }

  setSource(source: SlotSource): void {
    this.#source = source;
  }

  resize(count: number): void {
    this.#count = count;
    for (const number of this.#slots.keys()) this.#offer(number);
  }

  /** Returns the lowest-numbered slot that can take a turn now; null if the configured number of turns is running. */
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

  /** Returns what a slot is granted for; null if it is the run's own, or is not granted. */
  grantOf(number: number): Grant | null {
    return this.#source === 'granted' ? (this.#slots.get(number)?.granted ?? null) : null;
  }

  giveBack(number: number): void {
    this.#slot(number).granted = null;
  }

  /** Marks a slot as starting or ended: it can take no turn. */
  unready(number: number): void {
    this.#slot(number).ready = false;
  }

  /** Resets all slots for a new owner of the run, which starts its own slot processes. */
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
    return slot.granted !== null || this.#source === 'own';
  }
}
