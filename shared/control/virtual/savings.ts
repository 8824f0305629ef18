import type { Crew } from '../../crew/schema.ts';
import { isAssignment } from '../../run/assignment.ts';
import { growSteps } from '../../run/expansion/forecast.ts';
import { resultCostOf } from '../../run/result-cost.ts';
import type { RunState } from '../../run/state.ts';
import { simulate } from './simulate.ts';

/** What reusing results saves compared with running everything again. */
export interface Savings {
  /** The time saved in whole milliseconds, from the durations measured in the earlier run. */
  ms: number;
  /** The cost of the reused results in US dollars; null if a price was unknown. */
  costUsd: number | null;
}

/** Returns what a rerun of `state` saves by reusing tasks. `slots`: the number of slots of both runs. */
export function savingsOf(crew: Crew, state: RunState, reused: ReadonlySet<string>, slots: number): Savings {
  const durations: Record<string, number> = {};
  const agents: Record<string, string> = {};
  let costUsd: number | null = 0;
  for (const [name, task] of state.tasks) {
    const took = resultCostOf(task);
    durations[name] = took.busy_ms;
    if (task.agent !== null && !isAssignment(name)) agents[name] = task.agent;
    if (reused.has(name)) costUsd = costUsd === null || took.cost_usd === null ? null : costUsd + took.cost_usd;
  }
  const all = growSteps(crew, new Set());
  const some = growSteps(crew, reused);
  const whole = simulate(all, { slots, durations, agents });
  const open = Object.fromEntries(Object.entries(durations).filter(([name]) => !reused.has(name)));
  const rest = simulate(some, { slots, durations: open, agents, reused });
  return { ms: Math.max(0, whole.makespan_ms - rest.makespan_ms), costUsd };
}
