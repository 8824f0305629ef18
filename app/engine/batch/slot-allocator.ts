import type { Candidate } from '../../../shared/scheduler/decide.ts';
import type { SharedDemand } from '../../../shared/scheduler/scheduler.ts';
import type { FreedBy } from './share.ts';
import { type LeaseDeal, type Room, UnitLedger } from './unit-ledger.ts';

/** What a row is to have: a slot and what a turn needs besides, or a unit that a running turn waits for. */
export type Deal =
  | { kind: 'slot'; row: number; slot: number; candidate: Candidate; from: FreedBy | null }
  | ({ kind: 'lease' } & LeaseDeal);

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
 * Decides which row of a batch gets which slot: of the turns that rows could start and that what they share has room for,
 * the one that ranks highest, the earlier row's among equals; of the slots, the lowest that is free. A turn gets all of it
 * in one step, and nothing is held while waiting. Units that running turns wait for go before new turns. So no slot is
 * idle that a turn of any row could use, never more are in use than there are to be, and no pool is above its capacity
 * over all rows. It knows no clock and starts nothing.
 */
export class SlotDealer {
  #count: number;
  readonly #slots = new Map<number, Slot>();
  /** What each row would start, its best first. */
  readonly #wishes = new Map<number, readonly Candidate[]>();
  readonly #units: UnitLedger;

  /** @param capacities of declared pools and limited agents, by name */
  constructor(count: number, capacities: ReadonlyMap<string, number>) {
    this.#count = count;
    this.#units = new UnitLedger(capacities);
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

  /** Which slots and what of the shared things a row has now, and what it would take. */
  tell(row: number, held: ReadonlySet<number>, sharing: SharedDemand): void {
    for (const [number, slot] of this.#slots) {
      if (slot.holder !== row || held.has(number)) continue;
      slot.holder = null;
      slot.justFreed = true;
    }
    this.#wishes.set(row, sharing.wishes);
    this.#units.tell(row, sharing);
  }

  /** A row has gone: what it had is free. */
  forget(row: number): void {
    this.tell(row, new Set(), { has: [], wishes: [], leases: [] });
    this.#wishes.delete(row);
    this.#units.forget(row);
  }

  /** Whether a slot stands free that no row can use. */
  get isIdle(): boolean {
    return this.#free() !== null && this.#first() === null;
  }

  /** The next row that gets something, which is the row's from now on; its wishes count as heard until it tells others. */
  next(): Deal | null {
    const lease = this.#units.nextLease();
    if (lease) return { kind: 'lease', ...lease };
    const number = this.#free();
    const first = number === null ? null : this.#first();
    if (number === null || first === null) {
      for (const slot of this.#slots.values()) slot.justFreed = false;
      return null;
    }
    const { row, candidate } = first;
    const slot = this.#slot(number);
    const from = slot.justFreed && slot.last?.row !== row ? slot.last : null;
    slot.holder = row;
    this.#wishes.delete(row);
    this.#units.take(row, candidate.needs);
    return { kind: 'slot', row, slot: number, candidate, from };
  }

  /** Once all is dealt: what rows are to be told of the room in the pools that they want units of. */
  news(): { row: number; rooms: Room[] }[] {
    const news: { row: number; rooms: Room[] }[] = [];
    for (const [row, wishes] of this.#wishes) {
      const wants = wishes.flatMap(({ needs }) => needs);
      const rooms = wants.length === 0 ? [] : this.#units.news(row, wants);
      if (rooms.length > 0) news.push({ row, rooms });
    }
    return news;
  }

  /** Units of a shared pool that no row has. */
  freeUnits(pool: string): number {
    return this.#units.free(pool);
  }

  /** Running turns that wait for a unit of a shared pool, as they are served. */
  leasesWaiting(): LeaseDeal[] {
    return this.#units.waiting();
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

  #first(): { row: number; candidate: Candidate } | null {
    let first: { row: number; candidate: Candidate } | null = null;
    for (const [row, wishes] of this.#wishes) {
      const wish = wishes.find(({ needs }) => this.#units.hasRoomFor(needs));
      if (!wish || (first !== null && wish.rank < first.candidate.rank)) continue;
      if (first === null || wish.rank > first.candidate.rank || row < first.row) first = { row, candidate: wish };
    }
    return first;
  }

  #slot(number: number): Slot {
    const known = this.#slots.get(number);
    if (known) return known;
    const slot: Slot = { ready: false, holder: null, last: null, justFreed: false };
    this.#slots.set(number, slot);
    return slot;
  }
}
