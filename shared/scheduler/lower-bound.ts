import type { Crew } from '../project/schema.ts';
import type { Estimate } from '../run/events.ts';
import { type Graph, type GraphTask, graphOf } from './graph.ts';
import { pathsAfter, pathsBefore } from './paths.ts';
import { pathLength } from './ranks.ts';

/** What a task takes, in whole milliseconds. Tasks that ran not at all are left out, or all 0. */
export interface TaskWork {
  /** Slot time over all its turns. */
  busy_ms: number;
  /** The least time from its start to its end: busy time for a plain task, longest proposal + longest vote in `consensual`. */
  longest_ms: number;
  /** Forced waits outside pauses: backoff, `Retry-After`, a person's answer. */
  wait_ms: number;
  /** How long it held the lane and its declared units. */
  held_ms: number;
}

/** From `t` (run time, whole milliseconds) on there are so many slots. */
export interface SlotStep {
  t: number;
  slots: number;
}

export interface LowerBound {
  /** The largest of the three, whole milliseconds. */
  ms: number;
  path_ms: number;
  slots_ms: number;
  /** The lane (`null`) and each declared pool that something took. */
  pools: { pool: string | null; ms: number }[];
}

/**
 * What no schedule can beat: the longest path; the least time in which the slots offered as much time as was busy; and
 * for the lane and each declared pool the least path before it, its use divided by its capacity, and the least path
 * after it. `work` is by task name, with `@assignment` where the manager assigned; `slots` is a number or the steps in
 * which it changed, the first at 0. Fractions are rounded up: ends are whole milliseconds.
 */
export function lowerBound(
  project: Crew,
  work: Readonly<Record<string, TaskWork>>,
  slots: number | readonly SlotStep[],
): LowerBound {
  const graph = graphOf(project);
  const weight = (task: GraphTask) => (work[task.name]?.longest_ms ?? 0) + (work[task.name]?.wait_ms ?? 0);
  const before = pathsBefore(graph, weight);
  const after = pathsAfter(graph, weight);
  const path_ms = graph.tasks.reduce((most, task) => Math.max(most, (before[task.index] ?? 0) + weight(task)), 0);
  const busy = graph.tasks.reduce((sum, task) => sum + (work[task.name]?.busy_ms ?? 0), 0);
  const slots_ms = leastTimeFor(busy, typeof slots === 'number' ? [{ t: 0, slots }] : slots);
  const pools = poolUses(project, graph, work).map(({ pool, tasks, unit_ms, capacity }) => {
    const head = least(tasks, (task) => before[task.index] ?? 0);
    const tail = least(tasks, (task) => after[task.index] ?? 0);
    return { pool, ms: Math.ceil(head + unit_ms / capacity + tail) };
  });
  const ms = pools.reduce((most, pool) => Math.max(most, pool.ms), Math.max(path_ms, slots_ms));
  return { ms, path_ms, slots_ms, pools };
}

/** The work that estimates promise; null where one is unknown. */
export function estimatedWork(
  project: Crew,
  estimates: Readonly<Record<string, Estimate>>,
): Record<string, TaskWork> | null {
  const work: Record<string, TaskWork> = {};
  for (const task of graphOf(project).tasks) {
    const ms = estimates[task.name]?.ms ?? null;
    if (ms === null) return null;
    const longest = Math.floor(pathLength(task, ms));
    work[task.name] = { busy_ms: ms, longest_ms: longest, wait_ms: 0, held_ms: longest };
  }
  return work;
}

interface PoolUse {
  pool: string | null;
  tasks: GraphTask[];
  unit_ms: number;
  capacity: number;
}

function poolUses(project: Crew, graph: Graph, work: Readonly<Record<string, TaskWork>>): PoolUse[] {
  const lane: PoolUse = { pool: null, tasks: [], unit_ms: 0, capacity: 1 };
  const uses = new Map<string, PoolUse>();
  for (const { name, capacity } of project.pools) uses.set(name, { pool: name, tasks: [], unit_ms: 0, capacity });
  for (const task of graph.tasks) {
    const held = work[task.name]?.held_ms ?? 0;
    if (held === 0) continue;
    if (!task.async) addUse(lane, task, held);
    for (const { pool, units } of task.units) {
      const use = uses.get(pool);
      if (use) addUse(use, task, units * held);
    }
  }
  return [lane, ...uses.values()].filter((use) => use.tasks.length > 0);
}

function addUse(use: PoolUse, task: GraphTask, unit_ms: number): void {
  use.tasks.push(task);
  use.unit_ms += unit_ms;
}

/** The least T for which the slots, summed from 0 to T, offer `busy` milliseconds; where they never do, as the last step goes on. */
function leastTimeFor(busy: number, steps: readonly SlotStep[]): number {
  let left = busy;
  for (const [at, { t, slots }] of steps.entries()) {
    const next = steps[at + 1];
    if (slots > 0 && (next === undefined || left <= slots * (next.t - t)))
      return left === 0 ? 0 : t + Math.ceil(left / slots);
    if (next) left -= slots * (next.t - t);
  }
  return 0;
}

function least(tasks: readonly GraphTask[], value: (task: GraphTask) => number): number {
  return tasks.reduce((lowest, task) => Math.min(lowest, value(task)), Number.POSITIVE_INFINITY);
}
