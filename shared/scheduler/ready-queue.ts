import { type Heap, numberHeap } from './heap.ts';
import type { IndexedDemand, Pools } from './pools.ts';

/** Ready turns that need the same of the same pools: for all of them there is room, or for none. */
interface Class {
  readonly demands: readonly IndexedDemand[];
  /** Places of its turns, the best on top; may hold places that have left. */
  readonly places: Heap<number>;
  /** Waits for room in its pool, out of the competition. */
  parked: boolean;
}

/**
 * The turns that are ready to start, in the order of their places (a smaller place goes first). Turns that need the same
 * form a class; a class that lacks a pool is parked with that pool until it has more room, so that finding the best
 * startable turn costs O(log n), however many wait for something else.
 */
export class ReadyQueue {
  readonly #pools: Pools;
  readonly #classes = new Map<readonly IndexedDemand[], Class>();
  /** By place: the class that its turn waits in. */
  readonly #waiting: (Class | undefined)[] = [];
  /** Holds the best place of each class that is not parked, and places that have been overtaken by events. */
  readonly #open = numberHeap();
  readonly #parked = new Map<number, Class[]>();

  constructor(pools: Pools) {
    this.#pools = pools;
  }

  /** Places are whole numbers below `count`. */
  reserve(count: number): void {
    this.#waiting.length = 0;
    for (let place = 0; place < count; place += 1) this.#waiting.push(undefined);
  }

  /** `demands`: a bundle of the pools. */
  add(place: number, demands: readonly IndexedDemand[]): void {
    const kind = this.#classFor(demands);
    this.#waiting[place] = kind;
    kind.places.push(place);
    if (!kind.parked && kind.places.peek() === place) this.#open.push(place);
  }

  remove(place: number): void {
    const kind = this.#waiting[place];
    if (!kind) return;
    this.#waiting[place] = undefined;
    if (kind.places.peek() === place && !kind.parked) this.#enter(kind);
  }

  has(place: number): boolean {
    return this.#waiting[place] !== undefined;
  }

  /** The best place for which every pool has room now, or null. */
  best(): number | null {
    for (let place = this.#open.peek(); place !== undefined; place = this.#open.peek()) {
      const kind = this.#waiting[place];
      if (kind && !kind.parked && this.#head(kind) === place) {
        const lacking = this.#pools.lacking(kind.demands);
        if (lacking === null) return place;
        this.#park(kind, lacking);
      }
      this.#open.pop();
    }
    return null;
  }

  /** Whether a turn that is ready could start: every pool has room. */
  isStartable(place: number): boolean {
    const kind = this.#waiting[place];
    return kind !== undefined && this.#pools.lacking(kind.demands) === null;
  }

  /** The best startable place of those that need the same, each with what it needs; the best first. */
  heads(): { place: number; demands: readonly IndexedDemand[] }[] {
    const heads: { place: number; demands: readonly IndexedDemand[] }[] = [];
    for (const kind of this.#classes.values()) {
      const place = this.#head(kind);
      if (place !== undefined && this.#pools.lacking(kind.demands) === null)
        heads.push({ place, demands: kind.demands });
    }
    return heads.sort((a, b) => a.place - b.place);
  }

  /** A pool has more room: what was parked with it competes again. */
  freed(pool: number): void {
    const kinds = this.#parked.get(pool);
    if (!kinds || kinds.length === 0) return;
    this.#parked.set(pool, []);
    for (const kind of kinds) {
      kind.parked = false;
      this.#enter(kind);
    }
  }

  #park(kind: Class, pool: number): void {
    kind.parked = true;
    const kinds = this.#parked.get(pool);
    if (kinds) kinds.push(kind);
    else this.#parked.set(pool, [kind]);
  }

  #enter(kind: Class): void {
    const head = this.#head(kind);
    if (head !== undefined) this.#open.push(head);
  }

  /** The best place of a class; those that have left it are dropped on the way. */
  #head(kind: Class): number | undefined {
    let place = kind.places.peek();
    while (place !== undefined && this.#waiting[place] !== kind) {
      kind.places.pop();
      place = kind.places.peek();
    }
    return place;
  }

  #classFor(demands: readonly IndexedDemand[]): Class {
    const known = this.#classes.get(demands);
    if (known) return known;
    const kind: Class = { demands, places: numberHeap(), parked: false };
    this.#classes.set(demands, kind);
    return kind;
  }
}
