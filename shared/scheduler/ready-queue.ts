import { type Heap, numberHeap } from './heap.ts';
import type { IndexedDemand, Pools } from './pools.ts';

/** Ready turns with the same demands: either all of them can start, or none. */
interface DemandClass {
  readonly demands: readonly IndexedDemand[];
  /** The orders of its turns, the best on top. May contain turns that were removed. */
  readonly orders: Heap<number>;
  /** Whether it waits for free units of a pool, and is not considered until then. */
  parked: boolean;
}

/**
 * The turns that are ready to start, by their order (smaller first). Turns with the same demands form a class. A class
 * whose pool is full is parked with that pool until units are released, so that finding the best startable turn costs
 * O(log n) regardless of the number of other waiting turns.
 */
export class ReadyQueue {
  readonly #pools: Pools;
  readonly #classes = new Map<readonly IndexedDemand[], DemandClass>();
  /** By order: the class of the waiting turn. */
  readonly #waiting: (DemandClass | undefined)[] = [];
  /** The best order of each class that is not parked, and outdated entries. */
  readonly #open = numberHeap();
  readonly #parked = new Map<number, DemandClass[]>();

  constructor(pools: Pools) {
    this.#pools = pools;
  }

  /** Removes all turns. Orders are whole numbers below `count`. */
  reserve(count: number): void {
    this.#waiting.length = 0;
    for (let order = 0; order < count; order += 1) this.#waiting.push(undefined);
  }

  /** Adds a turn. @param demands an object from `Pools.bundle` */
  add(order: number, demands: readonly IndexedDemand[]): void {
    const kind = this.#classFor(demands);
    this.#waiting[order] = kind;
    kind.orders.push(order);
    if (!kind.parked && kind.orders.peek() === order) this.#open.push(order);
  }

  remove(order: number): void {
    const kind = this.#waiting[order];
    if (!kind) return;
    this.#waiting[order] = undefined;
    if (kind.orders.peek() === order && !kind.parked) this.#enter(kind);
  }

  has(order: number): boolean {
    return this.#waiting[order] !== undefined;
  }

  /** Returns the best turn that can start now, or null. */
  best(): number | null {
    for (let order = this.#open.peek(); order !== undefined; order = this.#open.peek()) {
      const kind = this.#waiting[order];
      if (kind && !kind.parked && this.#head(kind) === order) {
        const lacking = this.#pools.lacking(kind.demands);
        if (lacking === null) return order;
        this.#park(kind, lacking);
      }
      this.#open.pop();
    }
    return null;
  }

  /** Whether a ready turn can start: every pool has enough free units. */
  isStartable(order: number): boolean {
    const kind = this.#waiting[order];
    return kind !== undefined && this.#pools.lacking(kind.demands) === null;
  }

  /** Returns the best startable turn of each class with its demands, best first. */
  heads(): { order: number; demands: readonly IndexedDemand[] }[] {
    const heads: { order: number; demands: readonly IndexedDemand[] }[] = [];
    for (const kind of this.#classes.values()) {
      const order = this.#head(kind);
      if (order !== undefined && this.#pools.lacking(kind.demands) === null)
        heads.push({ order, demands: kind.demands });
    }
    return heads.sort((a, b) => a.order - b.order);
  }

  /** A pool has more free units: the classes parked with it are considered again. */
  freed(pool: number): void {
    const kinds = this.#parked.get(pool);
    if (!kinds || kinds.length === 0) return;
    this.#parked.set(pool, []);
    for (const kind of kinds) {
      kind.parked = false;
      this.#enter(kind);
    }
  }

  #park(kind: DemandClass, pool: number): void {
    kind.parked = true;
    const kinds = this.#parked.get(pool);
    if (kinds) kinds.push(kind);
    else this.#parked.set(pool, [kind]);
  }

  #enter(kind: DemandClass): void {
    const head = this.#head(kind);
    if (head !== undefined) this.#open.push(head);
  }

  /** Returns the best turn of a class, and drops turns that were removed. */
  #head(kind: DemandClass): number | undefined {
    let order = kind.orders.peek();
    while (order !== undefined && this.#waiting[order] !== kind) {
      kind.orders.pop();
      order = kind.orders.peek();
    }
    return order;
  }

  #classFor(demands: readonly IndexedDemand[]): DemandClass {
    const known = this.#classes.get(demands);
    if (known) return known;
    const kind: DemandClass = { demands, orders: numberHeap(), parked: false };
    this.#classes.set(demands, kind);
    return kind;
  }
}
