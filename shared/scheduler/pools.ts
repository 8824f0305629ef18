/** A number of units of one pool, by the pool's number. */
export interface IndexedDemand {
  readonly pool: number;
  readonly units: number;
}

/** The same, by the pool's name: what the rows of a batch share. */
export interface UnitDemand {
  readonly pool: string;
  readonly units: number;
}

interface Pool {
  readonly name: string;
  /** A pool of the file, or an agent's limit: the rows of a batch share it. */
  readonly declared: boolean;
  capacity: number;
  used: number;
}

/** Whoever needs nothing needs this. */
export const NOTHING: readonly IndexedDemand[] = [];
const NO_NEEDS: readonly UnitDemand[] = [];

/** The sequential lane: `async: false` tasks share it one at a time. */
export const SEQUENTIAL_LANE_INDEX = 0;

/** The capacity of a held agent's gate: not even who takes nothing has room. */
const HELD = -1;

/** A resource that is neither declared nor created has room for one, as in the seed. */
const UNDECLARED_CAPACITY = 1;

/**
 * Everything that is limited besides slots, by number: the sequential lane, the resources (declared in the file, made
 * or first used by a tool) and the agents that may only run so many turns at once.
 */
export class Pools {
  readonly #pools: Pool[];
  readonly #resources = new Map<string, number>();
  /** What a turn of an agent needs that may only run so many at once. */
  readonly #agents = new Map<string, readonly IndexedDemand[]>();
  /** By agent: a pool that has room for who takes nothing, unless the agent is held. */
  readonly #gates = new Map<string, number>();
  readonly #bundles = new Map<string, readonly IndexedDemand[]>();
  readonly #onFreed: (pool: number) => void;

  /** `lane`: the sequential lane's capacity. `onFreed` is told whenever a pool has more room than before. */
  constructor(lane: number, onFreed: (pool: number) => void) {
    this.#pools = [{ name: 'sequential lane', declared: false, capacity: lane, used: 0 }];
    this.#onFreed = onFreed;
  }

  /** The number of a resource; one that nobody declared comes into being with a capacity of 1. */
  resource(name: string): number {
    const known = this.#resources.get(name);
    if (known !== undefined) return known;
    const number = this.#add(name, UNDECLARED_CAPACITY, false);
    this.#resources.set(name, number);
    return number;
  }

  /** A pool of the file. */
  declare(name: string, capacity: number): void {
    this.#resources.set(name, this.#add(name, capacity, true));
  }

  /** Makes a resource, or gives one another capacity; what is in use stays in use. */
  setResource(name: string, capacity: number): void {
    this.#setCapacity(this.resource(name), capacity);
  }

  limitAgent(name: string, capacity: number): void {
    this.#agents.set(name, this.bundle([{ pool: this.#add(name, capacity, true), units: 1 }]));
  }

  /** Nothing of an agent may start. Returns whether its turns need something that they did not need before. */
  hold(agent: string): boolean {
    const known = this.#gates.get(agent);
    const gate = known ?? this.#add(`gate of agent ${agent}`, 0, false);
    this.#setCapacity(gate, HELD);
    if (known !== undefined) return false;
    this.#gates.set(agent, gate);
    this.#agents.set(agent, this.bundle([...this.ofAgent(agent), { pool: gate, units: 0 }]));
    return true;
  }

  /** It may start again: an agent, or all of them. */
  release(agent?: string): void {
    const gates = agent === undefined ? this.#gates.values() : [this.#gates.get(agent)];
    for (const gate of gates) if (gate !== undefined) this.#setCapacity(gate, 0);
  }

  /** The agents of which nothing may start. */
  held(): string[] {
    return [...this.#gates].flatMap(([agent, gate]) => (this.free(gate) < 0 ? [agent] : []));
  }

  /** What a turn of an agent needs because of its limit. */
  ofAgent(name: string): readonly IndexedDemand[] {
    return this.#agents.size === 0 ? NOTHING : (this.#agents.get(name) ?? NOTHING);
  }

  /** One object for the same demands, so that who needs the same is told by it alone. */
  bundle(demands: readonly IndexedDemand[]): readonly IndexedDemand[] {
    if (demands.length === 0) return NOTHING;
    const key = demands.map((demand) => `${demand.pool}:${demand.units}`).join(' ');
    const known = this.#bundles.get(key) ?? demands;
    this.#bundles.set(key, known);
    return known;
  }

  free(pool: number): number {
    const known = this.#pools[pool];
    return known ? known.capacity - known.used : 0;
  }

  /** The first pool that has not enough room for `demands`, or null. */
  lacking(demands: readonly IndexedDemand[]): number | null {
    for (const demand of demands) if (this.free(demand.pool) < demand.units) return demand.pool;
    return null;
  }

  take(demands: readonly IndexedDemand[]): void {
    for (const demand of demands) {
      const pool = this.#pools[demand.pool];
      if (pool) pool.used += demand.units;
    }
  }

  give(demands: readonly IndexedDemand[]): void {
    for (const demand of demands) {
      const pool = this.#pools[demand.pool];
      if (pool) pool.used -= demand.units;
      this.#onFreed(demand.pool);
    }
  }

  /** Units in use by pool name, for those in use. */
  usage(): Record<string, number> {
    return Object.fromEntries(this.#pools.filter((pool) => pool.used > 0).map((pool) => [pool.name, pool.used]));
  }

  /** The same of those that the rows of a batch share. */
  sharedUsage(): UnitDemand[] {
    return this.#pools.flatMap(({ name, declared, used }) =>
      declared && used > 0 ? [{ pool: name, units: used }] : [],
    );
  }

  isShared(pool: number): boolean {
    return this.#pools[pool]?.declared ?? false;
  }

  /** What of `demands` the rows of a batch share. */
  needs(demands: readonly IndexedDemand[]): readonly UnitDemand[] {
    if (demands.length === 0) return NO_NEEDS;
    return demands.flatMap(({ pool, units }) => {
      const found = this.#pools[pool];
      return found?.declared ? [{ pool: found.name, units }] : [];
    });
  }

  #setCapacity(number: number, capacity: number): void {
    const pool = this.#pools[number];
    if (!pool) return;
    pool.capacity = capacity;
    this.#onFreed(number);
  }

  #add(name: string, capacity: number, declared: boolean): number {
    this.#pools.push({ name, declared, capacity, used: 0 });
    return this.#pools.length - 1;
  }
}
