import type { FreedBy, Room } from '../../../shared/control/base/shared-resources.ts';
import type { Candidate } from '../../../shared/scheduler/decide.ts';
import type { SharedDemand } from '../../../shared/scheduler/scheduler.ts';
import { UnitLedger, type WaitingLease } from './unit-ledger.ts';

/** A grant to a row: a slot with the units that a turn needs, or a unit that a running turn waits for. */
export type SlotOrLease =
  | { kind: 'slot'; row: number; slot: number; candidate: Candidate; from: FreedBy | null }
  | ({ kind: 'lease' } & WaitingLease);

interface Slot {
  ready: boolean;
  /** The row that holds the slot, or null. */
  holder: number | null;
  /** The turn that last used the slot. */
  last: FreedBy | null;
  /** Whether the slot became free after the last allocation. */
  justFreed: boolean;
}

/**
 * Decides which row of a batch gets which slot. Among the turns that could start and whose shared units are available,
 * it selects the highest rank, then the earlier row, and assigns the lowest free slot. A turn gets its slot and units
 * in one step and holds none while it waits. Running turns that wait for units precede new turns. Therefore no slot is
 * idle that a turn of any row could use, the number of slots in use never exceeds the limit, and no pool exceeds its
 * capacity over all rows. It uses no clock and starts no turns.
 */
export class SlotAllocator {
  #count: number;
  readonly #slots = new Map<number, Slot>();
  /** The turns that each row could start, in rank order. */
  readonly #candidates = new Map<number, readonly Candidate[]>();
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

  /** Marks a slot as starting or ended. Its row holds it until the row reports otherwise. */
  unready(number: number): void {
    this.#slot(number).ready = false;
  }

  /** Records that a turn of this task starts in a slot. */
  used(slot: number, row: number, task: string): void {
    this.#slot(slot).last = { row, task };
  }

  /** Replaces a row's held slots, held units and demand. */
  report(row: number, held: ReadonlySet<number>, sharing: SharedDemand): void {
    for (const [number, slot] of this.#slots) {
      if (slot.holder !== row || held.has(number)) continue;
      slot.holder = null;
      slot.justFreed = true;
    }
    this.#candidates.set(row, sharing.candidates);
    this.#units.report(row, sharing);
  }

  /** Removes a row and frees its slots and units. */
  forget(row: number): void {
    this.report(row, new Set(), { has: [], candidates: [], leases: [] });
    this.#candidates.delete(row);
    this.#units.forget(row);
  }

  /** Whether a slot is free that no row can use. */
  get isIdle(): boolean {
    return this.#free() !== null && this.#first() === null;
  }

  /** Makes the next grant, or returns null. The row's demand for it counts as served until the row reports again. */
  next(): SlotOrLease | null {
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
    this.#candidates.delete(row);
    this.#units.take(row, candidate.needs);
    return { kind: 'slot', row, slot: number, candidate, from };
  }

  /** Returns the changes in free units that rows must learn. Call this when `next` returns null. */
  changedRooms(): { row: number; rooms: Room[] }[] {
    const changed: { row: number; rooms: Room[] }[] = [];
    for (const [row, candidates] of this.#candidates) {
      const wants = candidates.flatMap(({ needs }) => needs);
      const rooms = wants.length === 0 ? [] : this.#units.changedRooms(row, wants);
      if (rooms.length > 0) changed.push({ row, rooms });
    }
    return changed;
  }

  /** Returns the units of a shared pool that no row holds. */
  freeUnits(pool: string): number {
    return this.#units.free(pool);
  }

  /** Returns the running turns that wait for a unit of a shared pool, in the order in which they are served. */
  leasesWaiting(): WaitingLease[] {
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
    for (const [row, candidates] of this.#candidates) {
      const best = candidates.find(({ needs }) => this.#units.hasRoomFor(needs));
      if (!best || (first !== null && best.rank < first.candidate.rank)) continue;
      if (first === null || best.rank > first.candidate.rank || row < first.row) first = { row, candidate: best };
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
