import type { Crew } from '../project/schema.ts';
import { ASSIGNMENT } from '../run/events.ts';
import { tookOf } from '../run/result-cost.ts';
import type { RunState } from '../run/state.ts';
import { simulate } from './simulate.ts';

/** What keeping results is worth against running everything again. */
export interface Savings {
  /** By how much the run is shorter, in whole milliseconds, from the durations measured in the earlier run. */
  ms: number;
  /** US dollars that the kept results cost; null where a price was unknown. */
  costUsd: number | null;
}

/** What a rerun of `state` saves by what it keeps. `slots`: as many as both would run on. */
export function savingsOf(project: Crew, state: RunState, kept: ReadonlySet<string>, slots: number): Savings {
  const durations: Record<string, number> = {};
  const agents: Record<string, string> = {};
  let costUsd: number | null = 0;
  for (const [name, task] of state.tasks) {
    const took = tookOf(task);
    durations[name] = took.busy_ms;
    if (task.agent !== null && name !== ASSIGNMENT) agents[name] = task.agent;
    if (kept.has(name)) costUsd = costUsd === null || took.cost_usd === null ? null : costUsd + took.cost_usd;
  }
  const whole = simulate(project, { slots, durations, agents });
  const open = Object.fromEntries(Object.entries(durations).filter(([name]) => !kept.has(name)));
  const rest = simulate(project, { slots, durations: open, agents, kept });
  return { ms: Math.max(0, whole.makespan_ms - rest.makespan_ms), costUsd };
}
