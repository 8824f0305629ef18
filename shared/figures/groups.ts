import type { Crew } from '../crew/schema.ts';
import type { RunState } from '../run/state.ts';
import { countedTasks } from '../run/tasks-of-run.ts';
import { type Counts, countsOf, isCounted } from './counts.ts';
import { isFailed } from './failed-turns.ts';
import type { TaskFigures } from './task-figures.ts';
import { type Usage, usageOf } from './usage.ts';

export interface AgentFigures {
  agent: string;
  role: string;
  manager: boolean;
  /** The tasks assigned to the agent, and the completed ones among them. */
  tasks: number;
  completed: number;
  /**
   * Slot time of its turns, without the work of coworkers inside them, plus its own work inside the turns of others.
   */
  busyMs: number;
  /** `busyMs` ÷ its turns and delegations; null if it had none. */
  meanMs: number | null;
  turns: number;
  /** Turns that failed: with an error, at their deadline, or with their slot. */
  failures: number;
  usage: Usage;
}

/** Returns the agents in declared order. */
export function agentFigures(crew: Crew, state: RunState, now: number): AgentFigures[] {
  const calls = state.turns.flatMap((turn) => turn.calls);
  return crew.agents.map(({ name, role, manager }) => {
    const own = state.turns.filter((turn) => turn.agent === name);
    const all = state.turns.flatMap((turn) => turn.delegations);
    const helped = all.filter((delegation) => delegation.to === name);
    const handedOn = own.flatMap((turn) => turn.delegations);
    const busyMs = lengths(own, now) + lengths(helped, now) - lengths(handedOn, now);
    const assigned = countedTasks(state).filter((task) => task.agent === name);
    const pieces = own.length + helped.length;
    return {
      agent: name,
      role,
      manager,
      tasks: assigned.length,
      completed: assigned.filter((task) => task.status === 'completed').length,
      busyMs,
      meanMs: pieces === 0 ? null : busyMs / pieces,
      turns: own.length,
      failures: own.filter(isFailed).length,
      usage: usageOf(calls.filter((call) => call.agent === name)),
    };
  });
}

export interface CategoryFigures extends Counts {
  category: string;
  busyMs: number;
}

/** Returns the categories in the order in which the tasks name them. */
export function categoryFigures(tasks: readonly TaskFigures[]): CategoryFigures[] {
  const groups = new Map<string, TaskFigures[]>();
  for (const task of tasks) {
    if (!isCounted(task)) continue;
    const group = groups.get(task.category);
    if (group) group.push(task);
    else groups.set(task.category, [task]);
  }
  return [...groups].map(([category, group]) => ({
    category,
    ...countsOf(group),
    busyMs: group.reduce((sum, task) => sum + task.busyMs, 0),
  }));
}

function lengths(segments: readonly { start: number; end: number | null }[], now: number): number {
  return segments.reduce((sum, { start, end }) => sum + Math.max(0, (end ?? now) - start), 0);
}
