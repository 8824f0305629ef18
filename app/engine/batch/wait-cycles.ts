import { type Wait, type WaitGraph, wouldDeadlock } from '../../../shared/scheduler/wait-cycles.ts';
import type { WaitingLease } from './unit-ledger.ts';

interface RowWaits {
  row: number;
  graph: WaitGraph;
}

/**
 * Returns whether a row's `request` would create a deadlock across rows: a cycle may include shared resources. Turns
 * and the resources of a single row are identified by their row.
 *
 * @param shared capacities of the shared resources
 * @param served the waits for shared pools, in the order in which they are served
 */
export function wouldDeadlockAcrossRows(
  rows: readonly RowWaits[],
  shared: ReadonlyMap<string, number>,
  served: readonly WaitingLease[],
  request: Wait & { row: number },
): boolean {
  const named = ({ row, owner, resource }: Wait & { row: number }): Wait => {
    return { owner: `${row} ${owner}`, resource: shared.has(resource) ? resource : `${row} ${resource}` };
  };
  const place = ({ row, id }: WaitingLease) => {
    const at = served.findIndex((deal) => deal.row === row && deal.id === id);
    return at < 0 ? served.length : at;
  };
  const open = rows.flatMap(({ row, graph }) => graph.waits.map((wait) => ({ row, ...wait })));
  open.sort((a, b) => place(a) - place(b));
  const allocations = rows.flatMap(({ row, graph }) =>
    graph.allocations.map(({ owners, resource, units }) => ({
      owners: owners.map((owner) => `${row} ${owner}`),
      resource: named({ row, owner: '', resource }).resource,
      units,
    })),
  );
  const free = new Map<string, number>();
  for (const wait of [...open, request]) {
    const { resource } = named(wait);
    const used = allocations.reduce(
      (sum, allocation) => (allocation.resource === resource ? sum + allocation.units : sum),
      0,
    );
    const own = rows.find(({ row }) => row === wait.row)?.graph.free(wait.resource) ?? 0;
    const capacity = shared.get(wait.resource);
    free.set(resource, capacity === undefined ? own : capacity - used);
  }
  return wouldDeadlock(
    {
      waits: open.map((wait) => ({ id: wait.id, ...named(wait) })),
      allocations,
      free: (resource) => free.get(resource) ?? 0,
    },
    named(request),
  );
}
