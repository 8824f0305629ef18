import type { Crew } from '../crew/schema.ts';
import { type Interval, lastAtMost, union } from './intervals.ts';
import type { RunState } from './state.ts';
import type { TaskState } from './task-state.ts';

/** Units of a shared capacity that a task holds for an interval. */
export interface Allocation extends Interval {
  task: string;
  units: number;
}

/** An interval in which `free` units were available, over all rows of a batch. */
interface Room extends Interval {
  free: number;
}

/** A capacity that tasks share: the sequential lane, a pool, or an agent with a limited number of concurrent turns. */
export class SharedCapacity {
  readonly capacity: number;
  readonly allocations: readonly Allocation[];
  /** In the order of their ends. */
  readonly inOrder: readonly Allocation[];
  readonly #blocked = new Map<number, Interval[]>();
  readonly #rooms: readonly Room[];

  /** `rooms`: in a batch, the number of units free over all rows, as far as the row recorded it. */
  constructor(capacity: number, allocations: readonly Allocation[], rooms: readonly Room[] = []) {
    this.capacity = capacity;
    this.allocations = allocations;
    this.#rooms = rooms;
    this.inOrder = [...allocations].sort((a, b) => a.end - b.end);
  }

  /** Returns the intervals in which fewer than `units` units were free. */
  blockedFor(units: number): readonly Interval[] {
    const known = this.#blocked.get(units);
    if (known) return known;
    const elsewhere = this.#rooms.filter(({ free }) => free < units);
    const blocked = union([...this.#fullerThan(this.capacity - units), ...elsewhere]);
    this.#blocked.set(units, blocked);
    return blocked;
  }

  /**
   * Returns the task whose allocation was the last to end by `t`, for a task that needs `units`. Allocations of `task`
   * itself do not count. Null: a task of another row.
   */
  freedBy(t: number, task: string, units = 1): string | null {
    let at = lastAtMost(this.inOrder, t, (allocation) => allocation.end);
    const isElsewhere = this.#rooms.some(({ start, end, free }) => start < t && t <= end && free < units);
    if (isElsewhere && this.inOrder[at]?.end !== t) return null;
    while (this.inOrder[at]?.task === task) at -= 1;
    return this.inOrder[at]?.task ?? null;
  }

  #fullerThan(limit: number): Interval[] {
    const changes = this.allocations
      .flatMap(({ start, end, units }) => [
        { t: start, by: units },
        { t: end, by: -units },
      ])
      .sort((a, b) => a.t - b.t);
    const full: Interval[] = [];
    let used = 0;
    for (const [at, { t, by }] of changes.entries()) {
      used += by;
      const next = changes[at + 1]?.t ?? t;
      if (used > limit && next > t) full.push({ start: t, end: next });
    }
    return full;
  }
}

/**
 * Returns the intervals in which a task holds its units, from the first turn of an attempt to the last. The turns of a
 * consensual task form one interval. A new interval begins when a person sends the result back, or when a row of a
 * batch is resumed after it had no owner.
 */
export function allocationIntervals(state: RunState, task: TaskState, now: number): Interval[] {
  if (task.expansion?.kind === 'crew') return intervalOfStep(state, task, now);
  const { resumptions } = state;
  const turns = task.turns.map(({ start, end }) => ({ start, end: end ?? now }));
  if (task.council.length === 0) return turns;
  const sentBack = task.reviews.flatMap(({ answer, end }) => (answer === 'sent_back' && end !== null ? [end] : []));
  const resumed = resumptions.flatMap(({ t, batchMs }) => (batchMs === null ? [] : [t]));
  const cuts = [...sentBack, ...resumed].sort((a, b) => a - b);
  const held: Interval[] = [];
  let from = Number.NEGATIVE_INFINITY;
  for (const until of [...cuts, Number.POSITIVE_INFINITY]) {
    const round = turns.filter(({ start }) => start >= from && start < until);
    from = until;
    if (round.length === 0) continue;
    held.push({
      start: Math.min(...round.map(({ start }) => start)),
      end: Math.max(...round.map(({ end }) => end)),
    });
  }
  return held;
}

/** A task that runs a crew file holds its units from the first turn of the file's tasks to its end. */
function intervalOfStep({ turns }: RunState, { name, endedAt }: TaskState, now: number): Interval[] {
  const first = turns.find(({ task }) => task.startsWith(`${name}/`));
  return first ? [{ start: first.start, end: endedAt ?? now }] : [];
}

export interface SharedCapacities {
  lane: SharedCapacity;
  pools: ReadonlyMap<string, SharedCapacity>;
  agents: ReadonlyMap<string, SharedCapacity>;
}

/** Returns the allocations of all shared capacities up to `now`. */
export function sharedCapacities(crew: Crew, state: RunState, now: number): SharedCapacities {
  const tasks = crew.tasks.flatMap((task) => {
    const found = state.tasks.get(task.name);
    return found ? [{ task, held: allocationIntervals(state, found, now) }] : [];
  });
  const laneAllocations = tasks
    .filter(({ task }) => !task.async)
    .flatMap(({ task, held }) => allocationsOf(task.name, 1, held));
  const pools = new Map<string, SharedCapacity>();
  for (const { name, capacity, leases } of state.resources.values()) {
    const declared = tasks.flatMap(({ task, held }) => {
      const units = unitsOf(task.resources, name);
      return units > 0 ? allocationsOf(task.name, units, held) : [];
    });
    const leased = leases.flatMap(({ task, acquiredAt, releasedAt }) =>
      acquiredAt === null ? [] : [{ task, units: 1, start: acquiredAt, end: releasedAt ?? now }],
    );
    pools.set(name, new SharedCapacity(capacity, [...declared, ...leased], roomsOf(state, name, now)));
  }
  return { lane: new SharedCapacity(1, laneAllocations), pools, agents: limitedAgents(crew, state, now) };
}

/** Returns the number of units of a pool that a task declares. */
export function unitsOf(resources: readonly { pool: string; units: number }[], pool: string): number {
  return resources.reduce((sum, demand) => (demand.pool === pool ? sum + demand.units : sum), 0);
}

function allocationsOf(task: string, units: number, held: readonly Interval[]): Allocation[] {
  return held.map(({ start, end }) => ({ task, units, start, end }));
}

function roomsOf({ rooms }: RunState, pool: string, now: number): Room[] {
  const steps = rooms.get(pool) ?? [];
  return steps.flatMap(({ t, free }, at) => {
    const end = steps[at + 1]?.t ?? Math.max(t, now);
    return free === null ? [] : [{ start: t, end, free }];
  });
}

function limitedAgents(crew: Crew, state: RunState, now: number): Map<string, SharedCapacity> {
  const agents = new Map<string, SharedCapacity>();
  for (const { name, max_concurrent } of crew.agents) {
    if (max_concurrent === undefined) continue;
    const own = state.turns.filter((turn) => turn.agent === name);
    const allocations = own.map(({ task, start, end }) => ({ task, units: 1, start, end: end ?? now }));
    agents.set(name, new SharedCapacity(max_concurrent, allocations, roomsOf(state, name, now)));
  }
  return agents;
}
