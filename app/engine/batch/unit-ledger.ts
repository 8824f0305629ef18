import type { UnitDemand } from '../../../shared/scheduler/pools.ts';
import type { SharedDemand } from '../../../shared/scheduler/scheduler.ts';

/** A unit of a pool that a running turn of a row asked for by a tool. */
export interface LeaseDeal {
  row: number;
  id: string;
}

/** How much of a pool is free over all rows. */
export interface Room {
  pool: string;
  free: number;
}

/**
 * Who of a batch's rows has how many units of what they share, and which running turns wait for a unit, first come first
 * served over all rows. It knows no clock and gives nothing by itself.
 */
export class UnitLedger {
  readonly #capacities: ReadonlyMap<string, number>;
  readonly #used = new Map<string, number>();
  readonly #byRow = new Map<number, readonly UnitDemand[]>();
  /** By pool: running turns that wait for a unit. */
  readonly #queues = new Map<string, LeaseDeal[]>();
  /** What each row believes of each pool that it wanted; absent: that there is room. */
  readonly #told = new Map<number, Map<string, number>>();

  /** @param capacities of everything that is shared, by name */
  constructor(capacities: ReadonlyMap<string, number>) {
    this.#capacities = capacities;
  }

  /** What a row has now, and what its running turns wait for. */
  tell(row: number, { has, leases }: Pick<SharedDemand, 'has' | 'leases'>): void {
    for (const { pool, units } of this.#byRow.get(row) ?? []) this.#add(pool, -units);
    this.#byRow.set(row, has);
    for (const { pool, units } of has) this.#add(pool, units);
    this.#queue(row, leases);
  }

  /** A row has gone. */
  forget(row: number): void {
    this.tell(row, { has: [], leases: [] });
    this.#byRow.delete(row);
    this.#told.delete(row);
  }

  /** Units that a row is to have; they count as its own until it tells what it has. */
  take(row: number, needs: readonly UnitDemand[]): void {
    if (needs.length === 0) return;
    this.#byRow.set(row, [...(this.#byRow.get(row) ?? []), ...needs]);
    for (const { pool, units } of needs) this.#add(pool, units);
  }

  free(pool: string): number {
    return (this.#capacities.get(pool) ?? Number.POSITIVE_INFINITY) - (this.#used.get(pool) ?? 0);
  }

  hasRoomFor(needs: readonly UnitDemand[]): boolean {
    return needs.every(({ pool, units }) => this.free(pool) >= units);
  }

  /** The next running turn that gets a unit, which is its row's from now on; null where none can. */
  nextLease(): LeaseDeal | null {
    for (const [pool, queue] of this.#queues) {
      const first = this.free(pool) >= 1 ? queue.shift() : undefined;
      if (!first) continue;
      this.take(first.row, [{ pool, units: 1 }]);
      return first;
    }
    return null;
  }

  /** What a row is to be told of the pools that it wants units of: where it believes what is not so. */
  news(row: number, wants: readonly UnitDemand[]): Room[] {
    const news = new Map<string, number>();
    for (const { pool, units } of wants) {
      const free = Math.max(0, this.free(pool));
      const believed = this.#told.get(row)?.get(pool) ?? Number.POSITIVE_INFINITY;
      if (free >= units !== believed >= units) news.set(pool, free);
    }
    if (news.size === 0) return [];
    this.#told.set(row, new Map([...(this.#told.get(row) ?? []), ...news]));
    return [...news].map(([pool, free]) => ({ pool, free }));
  }

  /** Running turns that wait for a unit of a shared pool, as they are served. */
  waiting(): LeaseDeal[] {
    return [...this.#queues.values()].flat();
  }

  #queue(row: number, leases: SharedDemand['leases']): void {
    for (const [pool, queue] of this.#queues) {
      const still = queue.filter((one) => one.row !== row || leases.some(({ id }) => id === one.id));
      if (still.length < queue.length) this.#queues.set(pool, still);
    }
    for (const { pool, id } of leases) {
      const queue = this.#queues.get(pool) ?? [];
      if (!queue.some((one) => one.row === row && one.id === id)) queue.push({ row, id });
      this.#queues.set(pool, queue);
    }
  }

  #add(pool: string, units: number): void {
    this.#used.set(pool, (this.#used.get(pool) ?? 0) + units);
  }
}
