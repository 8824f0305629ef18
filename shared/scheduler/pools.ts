/** A number of units of one pool, by the pool's index. */
export interface IndexedDemand {
  readonly pool: number;
  readonly units: number;
}

/** A number of units of a pool that several runs can share, by the pool's name. */
export interface UnitDemand {
  readonly pool: string;
  readonly units: number;
}

interface Pool {
  readonly name: string;
  /** Whether several runs of the crew can share it: a pool of the file, or an agent's limit. */
  readonly declared: boolean;
  capacity: number;
  used: number;
}

/** The demands of a turn that needs nothing. */
export const NOTHING: readonly IndexedDemand[] = [];
const NO_NEEDS: readonly UnitDemand[] = [];

/** The index of the sequential lane, which `async: false` tasks use one at a time. */
export const SEQUENTIAL_LANE_INDEX = 0;

/** The capacity of a throttled agent's gate: less than 0, so that even a demand for no unit does not fit. */
const THROTTLED_CAPACITY = -1;

/** The capacity of a pool that is neither declared nor created. */
const UNDECLARED_CAPACITY = 1;

/**
 * Everything limited other than slots, by index: the sequential lane, the pools (declared in the file, or created or
 * first used by a tool), and the agents with a limit of concurrent turns.
 */
export class Pools {
  readonly #pools: Pool[];
  readonly #resources = new Map<string, number>();
  /** The demands of each agent with a limit of concurrent turns. */
  readonly #agents = new Map<string, readonly IndexedDemand[]>();
  /** By agent: a pool that fits a demand for no unit, unless the agent is throttled. */
  readonly #gates = new Map<string, number>();
  readonly #bundles = new Map<string, readonly IndexedDemand[]>();
  readonly #onFreed: (pool: number) => void;

  /** `lane`: the sequential lane's capacity. `onFreed` is called when a pool has more free units than before. */
  constructor(lane: number, onFreed: (pool: number) => void) {
    this.#pools = [{ name: 'sequential lane', declared: false, capacity: lane, used: 0 }];
    this.#onFreed = onFreed;
  }

  /** Returns the index of a pool. An undeclared pool is created with a capacity of 1. */
  resource(name: string): number {
    const known = this.#resources.get(name);
    if (known !== undefined) return known;
    const number = this.#add(name, UNDECLARED_CAPACITY, false);
    this.#resources.set(name, number);
    return number;
  }

  /** Adds a pool, unless a pool of this name exists. `isShared`: whether several runs of the crew can share it. */
  declare(name: string, capacity: number, isShared: boolean): void {
    if (!this.#resources.has(name)) this.#resources.set(name, this.#add(name, capacity, isShared));
  }

  /** Creates a pool, or changes its capacity. Units in use remain in use. */
  setResource(name: string, capacity: number): void {
    this.#setCapacity(this.resource(name), capacity);
  }

  limitAgent(name: string, capacity: number): void {
    this.#agents.set(name, this.bundle([{ pool: this.#add(name, capacity, true), units: 1 }]));
  }

  /** Prevents turns of an agent from starting. Returns whether the demands of its turns have changed. */
  throttle(agent: string): boolean {
    const known = this.#gates.get(agent);
    const gate = known ?? this.#add(`gate of agent ${agent}`, 0, false);
    this.#setCapacity(gate, THROTTLED_CAPACITY);
    if (known !== undefined) return false;
    this.#gates.set(agent, gate);
    this.#agents.set(agent, this.bundle([...this.ofAgent(agent), { pool: gate, units: 0 }]));
    return true;
  }

  /** Lets turns of an agent, or of all agents, start again. */
  release(agent?: string): void {
    const gates = agent === undefined ? this.#gates.values() : [this.#gates.get(agent)];
    for (const gate of gates) if (gate !== undefined) this.#setCapacity(gate, 0);
  }

  /** The throttled agents. */
  throttled(): string[] {
    return [...this.#gates].flatMap(([agent, gate]) => (this.free(gate) < 0 ? [agent] : []));
  }

  /** The demands of an agent's turn that follow from the agent's limits. */
  ofAgent(name: string): readonly IndexedDemand[] {
    return this.#agents.size === 0 ? NOTHING : (this.#agents.get(name) ?? NOTHING);
  }

  /** Returns the same object for equal demands, so that demands can be compared by identity. */
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

  /** Returns the first pool with too few free units for `demands`, or null. */
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

  /** Units in use by pool name, for pools in use. */
  usage(): Record<string, number> {
    return Object.fromEntries(this.#pools.filter((pool) => pool.used > 0).map((pool) => [pool.name, pool.used]));
  }

  /** Units in use of the pools that several runs can share. */
  sharedUsage(): UnitDemand[] {
    return this.#pools.flatMap(({ name, declared, used }) =>
      declared && used > 0 ? [{ pool: name, units: used }] : [],
    );
  }

  isShared(pool: number): boolean {
    return this.#pools[pool]?.declared ?? false;
  }

  /** The part of `demands` that concerns pools that several runs can share. */
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
