import type { Room } from '../../../shared/control/base/shared-resources.ts';
import type { UnitDemand } from '../../../shared/scheduler/pools.ts';
import type { SharedDemand } from '../../../shared/scheduler/scheduler.ts';

/** A request of a running turn, made by a tool, for a unit of a pool. */
export interface WaitingLease {
  row: number;
  id: string;
}

/**
 * Records the units that each row of a batch holds and the running turns that wait for a unit, first come, first
 * served over all rows. It uses no clock and grants units only when called.
 */
export class UnitLedger {
  readonly #capacities: ReadonlyMap<string, number>;
  readonly #used = new Map<string, number>();
  readonly #byRow = new Map<number, readonly UnitDemand[]>();
  /** By pool: running turns that wait for a unit. */
  readonly #queues = new Map<string, WaitingLease[]>();
  /** The free units last reported to each row, by pool. Without an entry, the row assumes that enough are free. */
  readonly #reported = new Map<number, Map<string, number>>();

  /** @param capacities of all shared resources, by name */
  constructor(capacities: ReadonlyMap<string, number>) {
    this.#capacities = capacities;
  }

  /** Replaces the units that a row holds and the units that its running turns wait for. */
  report(row: number, { has, leases }: Pick<SharedDemand, 'has' | 'leases'>): void {
    for (const { pool, units } of this.#byRow.get(row) ?? []) this.#add(pool, -units);
    this.#byRow.set(row, has);
    for (const { pool, units } of has) this.#add(pool, units);
    this.#queue(row, leases);
  }

  /** Removes a row. */
  forget(row: number): void {
    this.report(row, { has: [], leases: [] });
    this.#byRow.delete(row);
    this.#reported.delete(row);
  }

  /** Assigns units to a row. They count as held until the row reports its units. */
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

  /** Grants a unit to the next running turn that can get one, and returns the grant; null if none can. */
  nextLease(): WaitingLease | null {
    for (const [pool, queue] of this.#queues) {
      const first = this.free(pool) >= 1 ? queue.shift() : undefined;
      if (!first) continue;
      this.take(first.row, [{ pool, units: 1 }]);
      return first;
    }
    return null;
  }

  /** Returns the pools that a row wants units of and whose last report to the row is outdated. */
  changedRooms(row: number, wants: readonly UnitDemand[]): Room[] {
    const changed = new Map<string, number>();
    for (const { pool, units } of wants) {
      const free = Math.max(0, this.free(pool));
      const reported = this.#reported.get(row)?.get(pool) ?? Number.POSITIVE_INFINITY;
      if (free >= units !== reported >= units) changed.set(pool, free);
    }
    if (changed.size === 0) return [];
    this.#reported.set(row, new Map([...(this.#reported.get(row) ?? []), ...changed]));
    return [...changed].map(([pool, free]) => ({ pool, free }));
  }

  /** Returns the running turns that wait for a unit of a shared pool, in the order in which they are served. */
  waiting(): WaitingLease[] {
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
