import { turnRefKey } from './lease-queues.ts';
import type { SchedulerState } from './state.ts';

/** A running turn that waits for one unit of a resource. */
export interface Wait {
  readonly owner: string;
  readonly resource: string;
}

export interface OpenWait extends Wait {
  readonly id: string;
}

/** Units that come back once none of `owners` waits for ever; those that nobody who runs has come back in any case. */
export interface Hold {
  readonly owners: readonly string[];
  readonly resource: string;
  readonly units: number;
}

/** Who waits for what and who has what of it. Of the waits for the same resource the earlier one is served first. */
export interface WaitGraph {
  readonly waits: readonly OpenWait[];
  readonly holds: readonly Hold[];
  readonly free: (resource: string) => number;
}

/**
 * Whether `request` would wait for ever. Turns that wait for nothing will end, and give back what they hold; a wait is
 * over in the end when more units come back from turns that can end than turns ahead of it keep for ever. Those who can
 * end are found by going round until nobody is added.
 */
export function wouldDeadlock(graph: WaitGraph, request: Wait): boolean {
  const waits: Wait[] = [...graph.waits, request];
  const stuck = new Set(waits.map((wait) => wait.owner));
  for (let changed = true; changed; ) {
    changed = false;
    for (const owner of [...stuck]) {
      const isOver = waits.every((wait, at) => wait.owner !== owner || comesBack(graph, waits, at, stuck));
      if (!isOver) continue;
      stuck.delete(owner);
      changed = true;
    }
  }
  return stuck.has(request.owner);
}

function comesBack(
  { holds, free }: WaitGraph,
  waits: readonly Wait[],
  at: number,
  stuck: ReadonlySet<string>,
): boolean {
  const resource = waits[at]?.resource ?? '';
  let units = free(resource);
  for (const hold of holds) {
    if (hold.resource === resource && !hold.owners.some((owner) => stuck.has(owner))) units += hold.units;
  }
  const kept = waits.slice(0, at).filter((ahead) => ahead.resource === resource && stuck.has(ahead.owner)).length;
  return units > kept;
}

/** The waits and holds of one run. */
export function waitGraphOf({ leases, pools, tasks }: SchedulerState): WaitGraph {
  const declared = tasks.flatMap(({ graph, held, turns }) => {
    if (held === null || graph.units.length === 0) return [];
    const running = turns.filter(({ state }) => state === 'running');
    const owners = running.map(({ attempts, name }) => {
      return turnRefKey({ task: graph.name, attempt: attempts, turn: name ?? undefined });
    });
    return graph.units.map(({ pool, units }) => ({ owners, resource: pool, units }));
  });
  return {
    waits: leases.waiting().map(({ id, resource, ...owner }) => ({ id, owner: turnRefKey(owner), resource })),
    holds: [...leases.held().map(({ owner, resource }) => ({ owners: [owner], resource, units: 1 })), ...declared],
    free: (resource) => pools.free(pools.resource(resource)),
  };
}
