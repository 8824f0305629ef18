import type { EventOf } from '../run/events.ts';
import type { Pools } from './pools.ts';

/** What a tool waits for: one unit of a resource. */
export type LeaseRequest = Omit<EventOf<'resource.requested'>, 'type' | 'seq' | 't'>;

/** Whose leases they are: one turn of one attempt. */
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
  /** By request, first come first served. */
  readonly waiting: Map<string, LeaseRequest>;
  readonly leases: Lease[];
}

/** One text for an owner, for maps; names hold no spaces. */
export function turnRefKey({ task, attempt, turn }: TurnRef): string {
  return `${task} ${attempt} ${turn ?? ''}`;
}

/**
 * The leases that agents take through a tool, and those who wait for one. Each takes one unit of the same pool that
 * declared resources are taken from.
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

  /** A lease that is not there is passed over. */
  released(owner: TurnRef, name: string, holder: string): void {
    const resource = this.#resource(name);
    const key = turnRefKey(owner);
    const at = resource.leases.findIndex((lease) => lease.owner === key && lease.holder === holder);
    if (at >= 0) this.#giveBack(resource, at);
  }

  /** A turn has ended, and its waits and leases with it. */
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

  /** The first request that its resource has room for, or null. In a batch what the rows share is not the row's to give. */
  nextGrant(inBatch: boolean): LeaseRequest | null {
    for (const { pool, waiting } of this.#resources.values()) {
      if (waiting.size === 0 || this.#pools.free(pool) < 1 || (inBatch && this.#pools.isShared(pool))) continue;
      for (const request of waiting.values()) return request;
    }
    return null;
  }

  waiting(): LeaseRequest[] {
    return [...this.#resources.values()].flatMap(({ waiting }) => [...waiting.values()]);
  }

  /** Those that wait for what the rows of a batch share. */
  waitingForShared(): LeaseRequest[] {
    if (this.#resources.size === 0) return [];
    const shared = [...this.#resources.values()].filter(({ pool }) => this.#pools.isShared(pool));
    return shared.flatMap(({ waiting }) => [...waiting.values()]);
  }

  /** Each unit that somebody has by a tool. */
  held(): { owner: string; resource: string }[] {
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
