import type { Pools } from './pools.ts';
import type { SlotSource } from './slot-table.ts';

/** A request of a tool for one unit of a pool. */
export interface LeaseRequest {
  task: string;
  attempt: number;
  turn?: string | undefined;
  id: string;
  resource: string;
  holder: string;
}

/** The turn that has a lease or requests one. */
export interface TurnRef {
  task: string;
  attempt: number;
  turn?: string | undefined;
}

interface Lease {
  readonly owner: string;
  readonly holder: string;
}

interface Resource {
  readonly pool: number;
  /** By request ID, in the order of the requests. */
  readonly waiting: Map<string, LeaseRequest>;
  readonly leases: Lease[];
}

/** Returns a turn reference as text, for maps. Names contain no spaces. */
export function turnRefKey({ task, attempt, turn }: TurnRef): string {
  return `${task} ${attempt} ${turn ?? ''}`;
}

/**
 * The leases that agents took with a tool, and the requests that wait for one. A lease is one unit of the same pool
 * that tasks with declared demands use.
 */
export class LeaseQueues {
  readonly #pools: Pools;
  readonly #resources = new Map<string, Resource>();

  constructor(pools: Pools) {
    this.#pools = pools;
  }

  requested(request: LeaseRequest): void {
    this.#resource(request.resource).waiting.set(request.id, request);
  }

  acquired(request: LeaseRequest): void {
    const resource = this.#resource(request.resource);
    resource.waiting.delete(request.id);
    resource.leases.push({ owner: turnRefKey(request), holder: request.holder });
    this.#pools.take([{ pool: resource.pool, units: 1 }]);
  }

  timedOut(request: LeaseRequest): void {
    this.#resource(request.resource).waiting.delete(request.id);
  }

  /** Releases a lease. Does nothing if the lease does not exist. */
  released(owner: TurnRef, name: string, holder: string): void {
    const resource = this.#resource(name);
    const key = turnRefKey(owner);
    const at = resource.leases.findIndex((lease) => lease.owner === key && lease.holder === holder);
    if (at >= 0) this.#giveBack(resource, at);
  }

  /** Removes the requests and leases of a turn that has ended. */
  ended(owner: TurnRef): void {
    if (this.#resources.size === 0) return;
    const key = turnRefKey(owner);
    for (const resource of this.#resources.values()) {
      for (const request of resource.waiting.values()) {
        if (turnRefKey(request) === key) resource.waiting.delete(request.id);
      }
      for (let at = resource.leases.length - 1; at >= 0; at -= 1) {
        if (resource.leases[at]?.owner === key) this.#giveBack(resource, at);
      }
    }
  }

  /**
   * Returns the first request whose pool has a free unit, or null. If slots are granted to the run, so are the units
   * of shared pools, and this method does not grant them.
   */
  nextGrant(source: SlotSource): LeaseRequest | null {
    for (const { pool, waiting } of this.#resources.values()) {
      const isGrantedOutside = source === 'granted' && this.#pools.isShared(pool);
      if (waiting.size === 0 || this.#pools.free(pool) < 1 || isGrantedOutside) continue;
      for (const request of waiting.values()) return request;
    }
    return null;
  }

  waiting(): LeaseRequest[] {
    return [...this.#resources.values()].flatMap(({ waiting }) => [...waiting.values()]);
  }

  /** The requests that wait for pools that several runs can share. */
  waitingForShared(): LeaseRequest[] {
    if (this.#resources.size === 0) return [];
    const shared = [...this.#resources.values()].filter(({ pool }) => this.#pools.isShared(pool));
    return shared.flatMap(({ waiting }) => [...waiting.values()]);
  }

  /** All leases. */
  all(): { owner: string; resource: string }[] {
    return [...this.#resources].flatMap(([resource, { leases }]) => leases.map(({ owner }) => ({ owner, resource })));
  }

  #giveBack(resource: Resource, at: number): void {
    resource.leases.splice(at, 1);
    this.#pools.give([{ pool: resource.pool, units: 1 }]);
  }

  #resource(name: string): Resource {
    const known = this.#resources.get(name);
    if (known) return known;
    const resource: Resource = { pool: this.#pools.resource(name), waiting: new Map(), leases: [] };
    this.#resources.set(name, resource);
    return resource;
  }
}
