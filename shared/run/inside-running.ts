import { clip, gaps, type Interval, lengthOf, union } from './intervals.ts';
import type { LeaseState } from './resource-state.ts';
import type { RunState } from './state.ts';
import type { TaskState } from './task-state.ts';
import type { TurnState } from './turn-state.ts';
import { turnInterval } from './waits.ts';

/** The time in ms that a task's turns spent inside their running time on anything other than their own work. */
export interface InsideRunning {
  /** Waiting for a unit of a pool, until the lease was granted or the wait ended. */
  leaseMs: number;
  /** Waiting for a permit of the rate limiter, before model calls. */
  permitMs: number;
  /** Between model calls, tool calls and the waits before them: the work of the slot. */
  betweenCallsMs: number;
}

/** Returns the leases that tools requested, by task. */
export function leasesByTask(state: RunState): ReadonlyMap<string, readonly LeaseState[]> {
  const byTask = new Map<string, LeaseState[]>();
  for (const resource of state.resources.values()) {
    for (const lease of resource.leases) {
      const known = byTask.get(lease.task);
      if (known) known.push(lease);
      else byTask.set(lease.task, [lease]);
    }
  }
  return byTask;
}

/**
 * Returns the times inside a task's running time up to `now`. `leases` are those of the task. The time of a tool
 * includes its waits for a lease.
 */
export function insideRunning(task: TaskState, leases: readonly LeaseState[], now: number): InsideRunning {
  const queued = union(
    leases.map(({ requestedAt, acquiredAt, releasedAt }) => ({
      start: requestedAt,
      end: acquiredAt ?? releasedAt ?? now,
    })),
  );
  const leaseMs = lengthOf(task.turns.flatMap((turn) => clip(queued, turnInterval(turn, now))));
  const permitMs = lengthOf(task.turns.flatMap((turn) => clip(union(permitWaits(turn)), turnInterval(turn, now))));
  const betweenCallsMs = lengthOf(
    task.turns.flatMap((turn) => {
      const calls = [...turn.calls, ...turn.tools].map(({ start, end }) => ({ start, end: end ?? now }));
      return gaps(union([...calls, ...permitWaits(turn)]), turnInterval(turn, now));
    }),
  );
  return { leaseMs, permitMs, betweenCallsMs };
}

function permitWaits({ calls }: TurnState): Interval[] {
  return calls.flatMap(({ start, waitedMs }) => (waitedMs > 0 ? [{ start: start - waitedMs, end: start }] : []));
}
