import type { FreedBy } from './share.ts';

/** A slot that a row is to have. */
export interface Deal {
  row: number;
  slot: number;
  from: FreedBy | null;
}

interface Slot {
  ready: boolean;
  /** The row that has it, or null. */
  holder: number | null;
  /** Who had it last, with the task that it was used for. */
  last: FreedBy | null;
  /** It has been free since the last deal was asked for: nobody got it yet. */
  justFreed: boolean;
}

/**
 * Decides which row of a batch gets which slot: of the rows that could start a turn, the one whose turn ranks highest,
 * the earlier row among equals; of the slots, the lowest that is free. So no slot is idle that a turn of any row could
 * use, and never more are in use than there are to be. It knows no clock and starts nothing.
 */
export class SlotDealer {
  #count: number;
  readonly #slots = new Map<number, Slot>();
  /** The rank of the turn that each row would start. */
  readonly #wishes = new Map<number, number>();

  constructor(count: number) {
    this.#count = count;
  }

  resize(count: number): void {
    this.#count = count;
  }

  ready(number: number): void {
    this.#slot(number).ready = true;
  }

  /** It starts, or has ended. Who has it keeps it until the row says otherwise. */
  unready(number: number): void {
    this.#slot(number).ready = false;
  }

  /** A turn of this task is put into a slot. */
  used(slot: number, row: number, task: string): void {
    this.#slot(slot).last = { row, task };
  }

  /** What a row has now, and the rank of the turn that it would start with a slot more (null: none). */
  tell(row: number, held: ReadonlySet<number>, wish: number | null): void {
    for (const [number, slot] of this.#slots) {
      if (slot.holder !== row || held.has(number)) continue;
      slot.holder = null;
      slot.justFreed = true;
    }
    if (wish === null) this.#wishes.delete(row);
    else this.#wishes.set(row, wish);
  }

  /** Whether a slot stands free that no row wants. */
  get isIdle(): boolean {
    return this.#wishes.size === 0 && this.#free() !== null;
  }

  /** The next row that gets a slot, which is the row's from now on; its wish counts as heard until it tells another. */
  next(): Deal | null {
    const number = this.#free();
    const row = number === null ? null : this.#first();
    if (number === null || row === null) {
      for (const slot of this.#slots.values()) slot.justFreed = false;
      return null;
    }
    const slot = this.#slot(number);
    const from = slot.justFreed && slot.last?.row !== row ? slot.last : null;
    slot.holder = row;
    this.#wishes.delete(row);
    return { row, slot: number, from };
  }

  holder(slot: number): number | null {
    return this.#slots.get(slot)?.holder ?? null;
  }

  #free(): number | null {
    if (this.#held() >= this.#count) return null;
    let lowest: number | null = null;
    for (const [number, slot] of this.#slots) {
      const canTake = slot.ready && slot.holder === null && number <= this.#count;
      if (canTake && (lowest === null || number < lowest)) lowest = number;
    }
    return lowest;
  }

  #held(): number {
    let held = 0;
    for (const slot of this.#slots.values()) if (slot.holder !== null) held += 1;
    return held;
  }

  #first(): number | null {
    let first: { row: number; rank: number } | null = null;
    for (const [row, rank] of this.#wishes) {
      if (first === null || rank > first.rank || (rank === first.rank && row < first.row)) first = { row, rank };
    }
    return first?.row ?? null;
  }

  #slot(number: number): Slot {
    const known = this.#slots.get(number);
    if (known) return known;
    const slot: Slot = { ready: false, holder: null, last: null, justFreed: false };
    this.#slots.set(number, slot);
    return slot;
  }
}
