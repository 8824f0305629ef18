import type { TaskStatus } from '../run/task-state.ts';
import type { Phase, SchedulerState } from './state.ts';

/** Everything that decisions depend on, as plain values for comparisons in tests and tools. */
export interface SchedulerSnapshot {
  phase: SchedulerState['phase'];
  slots: number;
  running: number;
  pools: Record<string, number>;
  waiting: string[];
  held: string[];
  tasks: Record<string, { phase: Phase; status: TaskStatus; agent: string | null; degraded: boolean; turns: string[] }>;
}

export function snapshotOf({ phase, slots, pools, leases, tasks }: SchedulerState): SchedulerSnapshot {
  return {
    phase,
    slots: slots.count,
    running: slots.running,
    pools: pools.usage(),
    waiting: leases.waiting().map((request) => request.id),
    held: pools.throttled(),
    tasks: Object.fromEntries(
      tasks.map(({ graph, turns, phase: at, status, agent, degraded }) => [
        graph.name,
        {
          phase: at,
          status,
          agent,
          degraded,
          turns: turns.map((turn) => `${turn.state} ${turn.attempts} ${turn.notBefore}`),
        },
      ]),
    ),
  };
}
