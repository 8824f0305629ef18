import type { Board, TaskRun } from './board.ts';
import { type LeaseRequest, type Owner, ownerKey } from './lease-queues.ts';

interface Wait {
  readonly owner: string;
  readonly resource: string;
  /** Who asked for the same before it. */
  readonly ahead: readonly string[];
}

/**
 * Whether `request` would wait for ever. Turns that wait for nothing will end, and give back what they hold; a wait is
 * over in the end when more units come back from turns that can end than turns ahead of it keep for ever. Those who can
 * end are found by going round until nobody is added.
 */
export function wouldCircle(board: Board, request: Owner & { resource: string }): boolean {
  const waits = openWaits(board.leases.waiting(), request);
  const stuck = new Set(waits.map((wait) => wait.owner));
  for (let changed = true; changed; ) {
    changed = false;
    for (const owner of [...stuck]) {
      const own = waits.filter((wait) => wait.owner === owner);
      if (!own.every((wait) => comesBack(board, wait, stuck))) continue;
      stuck.delete(owner);
      changed = true;
    }
  }
  return stuck.has(ownerKey(request));
}

function openWaits(requests: readonly LeaseRequest[], request: Owner & { resource: string }): Wait[] {
  const waits: Wait[] = [];
  for (const open of [...requests, request]) {
    const ahead = waits.filter((wait) => wait.resource === open.resource).map((wait) => wait.owner);
    waits.push({ owner: ownerKey(open), resource: open.resource, ahead });
  }
  return waits;
}

function comesBack(board: Board, { resource, ahead }: Wait, stuck: ReadonlySet<string>): boolean {
  const leased = board.leases.holders(resource).filter((owner) => !stuck.has(owner)).length;
  const declared = declaredUnits(board, resource, stuck);
  const kept = ahead.filter((owner) => stuck.has(owner)).length;
  return board.leases.free(resource) + leased + declared > kept;
}

/** Units that tasks have by the file and will give back. */
function declaredUnits(board: Board, resource: string, stuck: ReadonlySet<string>): number {
  let units = 0;
  for (const task of board.tasks) {
    if (task.held === null || isStuck(task, stuck)) continue;
    units += task.graph.units.find((demand) => demand.pool === resource)?.units ?? 0;
  }
  return units;
}

function isStuck(task: TaskRun, stuck: ReadonlySet<string>): boolean {
  return task.turns.some(
    (turn) =>
      turn.state === 'running' &&
      stuck.has(ownerKey({ task: task.graph.name, attempt: turn.attempts, turn: turn.name ?? undefined })),
  );
}
