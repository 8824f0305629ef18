import type { Crew } from '../crew/schema.ts';
import type { Estimate } from '../run/events.ts';
import { ofTaskOrFile } from '../run/expansion/task-names.ts';
import { type Graph, type GraphTask, graphOf } from './graph.ts';
import { pathsAfter, pathsBefore } from './paths.ts';
import { pathLength } from './ranks.ts';

/** The work of a task, in whole milliseconds. Tasks that did not run are left out, or are all 0. */
export interface TaskWork {
  /** The slot time of all its turns. */
  busy_ms: number;
  /**
   * The minimum time from its start to its end: the busy time of a plain task, the longest proposal plus the longest
   * vote in `consensual`.
   */
  longest_ms: number;
  /** Forced waits outside pauses: backoff, `Retry-After`, a person's answer. */
  wait_ms: number;
  /** How long it used the sequential lane and its declared units. */
  held_ms: number;
}

/** The number of slots from `t` (run time, whole milliseconds) on. */
export interface SlotStep {
  t: number;
  slots: number;
}

export interface LowerBound {
  /** The largest of the three, in whole milliseconds. */
  ms: number;
  path_ms: number;
  slots_ms: number;
  /** The sequential lane (`null`) and each declared pool that was used. */
  pools: { pool: string | null; ms: number }[];
}

/**
 * Returns the makespan that no schedule can beat, the maximum of three bounds:
 *
 * - the longest path
 * - the minimum time in which the slots offer the whole busy time
 * - for the sequential lane and each declared pool: the shortest path before it, plus its use divided by its capacity,
 *   plus the shortest path after it
 *
 * `work` is by task name, with `@assignment` if the manager assigned tasks. `slots` is a number, or the steps in which
 * it changed, the first at 0. Fractions are rounded up, because ends are whole milliseconds.
 */
export function lowerBound(
  crew: Crew,
  work: Readonly<Record<string, TaskWork>>,
  slots: number | readonly SlotStep[],
): LowerBound {
  const graph = graphOf(crew);
  const weight = (task: GraphTask) => (work[task.name]?.longest_ms ?? 0) + (work[task.name]?.wait_ms ?? 0);
  const before = pathsBefore(graph, weight);
  const after = pathsAfter(graph, weight);
  const path_ms = graph.tasks.reduce((most, task) => Math.max(most, (before[task.index] ?? 0) + weight(task)), 0);
  const busy = graph.tasks.reduce((sum, task) => sum + (work[task.name]?.busy_ms ?? 0), 0);
  const slots_ms = leastTimeFor(busy, typeof slots === 'number' ? [{ t: 0, slots }] : slots);
  const pools = poolUses(crew, graph, work).map(({ pool, tasks, unit_ms, capacity }) => {
    const head = least(tasks, (task) => before[task.index] ?? 0);
    const tail = least(tasks, (task) => after[task.index] ?? 0);
    return { pool, ms: Math.ceil(head + unit_ms / capacity + tail) };
  });
  const ms = pools.reduce((most, pool) => Math.max(most, pool.ms), Math.max(path_ms, slots_ms));
  return { ms, path_ms, slots_ms, pools };
}

/** Returns the work according to estimates; null if one is unknown. `crew` has the expected instances. */
export function estimatedWork(
  crew: Crew,
  estimates: Readonly<Record<string, Estimate>>,
): Record<string, TaskWork> | null {
  const work: Record<string, TaskWork> = {};
  for (const task of graphOf(crew).tasks) {
    if (task.expands) continue;
    const ms = ofTaskOrFile(estimates, task.name)?.ms ?? null;
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

function poolUses(crew: Crew, graph: Graph, work: Readonly<Record<string, TaskWork>>): PoolUse[] {
  const lane: PoolUse = { pool: null, tasks: [], unit_ms: 0, capacity: 1 };
  const uses = new Map<string, PoolUse>();
  for (const { name, capacity } of crew.pools) uses.set(name, { pool: name, tasks: [], unit_ms: 0, capacity });
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

/**
 * Returns the minimum T for which the slots, summed from 0 to T, offer `busy` milliseconds. The last step has no end.
 */
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
