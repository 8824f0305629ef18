import { turnRefKey } from './lease-queues.ts';
import type { SchedulerState } from './state.ts';

/** A running turn that waits for one unit of a pool. */
export interface Wait {
  readonly owner: string;
  readonly resource: string;
}

export interface OpenWait extends Wait {
  readonly id: string;
}

/** Units that are released once none of `owners` is deadlocked. Units without a running owner are always released. */
export interface Allocation {
  readonly owners: readonly string[];
  readonly resource: string;
  readonly units: number;
}

/** The waits for pools and the allocations of their units. Earlier waits for the same pool are served first. */
export interface WaitGraph {
  readonly waits: readonly OpenWait[];
  readonly allocations: readonly Allocation[];
  readonly free: (resource: string) => number;
}

/**
 * Whether `request` would never be served. Turns without a wait will end and release their units. A wait ends if more
 * units are released by turns that can end than deadlocked turns ahead of it need. The turns that can end are found by
 * iterating until none is added.
 */
export function wouldDeadlock(graph: WaitGraph, request: Wait): boolean {
  const waits: Wait[] = [...graph.waits, request];
  const stuck = new Set(waits.map((wait) => wait.owner));
  for (let changed = true; changed; ) {
    changed = false;
    for (const owner of [...stuck]) {
      const isOver = waits.every((wait, at) => wait.owner !== owner || willBeServed(graph, waits, at, stuck));
      if (!isOver) continue;
      stuck.delete(owner);
      changed = true;
    }
  }
  return stuck.has(request.owner);
}

function willBeServed(
  { allocations, free }: WaitGraph,
  waits: readonly Wait[],
  at: number,
  stuck: ReadonlySet<string>,
): boolean {
  const resource = waits[at]?.resource ?? '';
  let units = free(resource);
  for (const allocation of allocations) {
    if (allocation.resource === resource && !allocation.owners.some((owner) => stuck.has(owner)))
      units += allocation.units;
  }
  const before = waits.slice(0, at).filter((ahead) => ahead.resource === resource && stuck.has(ahead.owner)).length;
  return units > before;
}

/** Returns the waits and allocations of one run. */
export function waitGraphOf({ leases, pools, tasks }: SchedulerState): WaitGraph {
  const declared = tasks.flatMap(({ graph, allocated, turns }) => {
    if (allocated === null || graph.units.length === 0) return [];
    const running = turns.filter(({ state }) => state === 'running');
    const owners = running.map(({ attempts, name }) => {
      return turnRefKey({ task: graph.name, attempt: attempts, turn: name ?? undefined });
    });
    return graph.units.map(({ pool, units }) => ({ owners, resource: pool, units }));
  });
  return {
    waits: leases.waiting().map(({ id, resource, ...owner }) => ({ id, owner: turnRefKey(owner), resource })),
    allocations: [...leases.all().map(({ owner, resource }) => ({ owners: [owner], resource, units: 1 })), ...declared],
    free: (resource) => pools.free(pools.resource(resource)),
  };
}
