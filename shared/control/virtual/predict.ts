import type { Crew } from '../../crew/schema.ts';
import type { Estimate, Prediction } from '../../run/events.ts';
import { forecastCrew } from '../../run/expansion/forecast.ts';
import { ofTaskOrFile } from '../../run/expansion/task-names.ts';
import { type GraphTask, graphOf } from '../../scheduler/graph.ts';
import { computeRanks } from '../../scheduler/ranks.ts';
import { crewLimits, measuredCalls } from './crew-limits.ts';
import { simulate } from './simulate.ts';
import type { Simulation } from './simulation.ts';

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Returns the schedule that follows from the estimates and the limits of the crew; figures are null if an estimate, or the
 * number of items of a task with `for_each`, is unknown. Reused tasks take no time. A task whose model calls no run has measured makes one call in each turn.
 */
export function predict(
  crew: Crew,
  estimates: Readonly<Record<string, Estimate>>,
  slots: number,
  reused: ReadonlySet<string> = NOTHING,
): Prediction {
  const expected = forecastCrew(crew, estimates, reused);
  if (expected === null) return { makespan_ms: null, tasks: {} };
  const durations: Record<string, number> = {};
  const graph = graphOf(expected);
  const awaited = new Set(graph.tasks.flatMap((task) => (reused.has(task.name) ? [] : (task.assignment ?? []))));
  for (const { name, index, isAssignment, expands } of graph.tasks) {
    if (reused.has(name) || (isAssignment && !awaited.has(index)) || expands) continue;
    const ms = ofTaskOrFile(estimates, name)?.ms ?? null;
    if (ms === null) return { makespan_ms: null, tasks: {} };
    durations[name] = ms;
  }
  const limits = crewLimits(crew, measuredCalls(estimates));
  const ranks = computeRanks(crew, estimates);
  return simulate(expected, { slots, durations, ranks, reused, ...(limits ? { limits } : {}) });
}

/**
 * Returns the chain of tasks that ends last in a predicted schedule, in time order. Each task started when the previous
 * one ended, because it waited for its context, its slot, a pool or the sequential lane. The chain starts at a task that
 * waited for a limit, because no task caused that wait.
 */
export function predictedCriticalPath(crew: Crew, tasks: Simulation['tasks']): string[] {
  const graph = graphOf(crew);
  const scheduled = graph.tasks.filter((task) => tasks[task.name] !== undefined);
  const endingAt = new Map<number, GraphTask[]>();
  for (const task of scheduled) {
    const end = tasks[task.name]?.end_ms ?? 0;
    const others = endingAt.get(end);
    if (others) others.push(task);
    else endingAt.set(end, [task]);
  }
  const path: string[] = [];
  const seen = new Set<GraphTask>();
  let task = scheduled.reduce<GraphTask | undefined>(
    (last, next) => (endsLater(tasks, next, last) ? next : last),
    undefined,
  );
  while (task && !seen.has(task)) {
    seen.add(task);
    path.unshift(task.name);
    const start = tasks[task.name]?.start_ms ?? 0;
    task = cause(tasks, task, start > 0 ? (endingAt.get(start) ?? []) : []);
  }
  return path;
}

function endsLater(tasks: Simulation['tasks'], task: GraphTask, than: GraphTask | undefined): boolean {
  return than === undefined || (tasks[task.name]?.end_ms ?? 0) > (tasks[than.name]?.end_ms ?? 0);
}

/**
 * Of the tasks that ended when `task` started, returns the most likely cause: one of its context, in its slot, with the
 * same pool, or any.
 */
function cause(tasks: Simulation['tasks'], task: GraphTask, ended: readonly GraphTask[]): GraphTask | undefined {
  const context = new Set(task.predecessors);
  const slot = tasks[task.name]?.slot;
  return (
    ended.find((earlier) => context.has(earlier.index)) ??
    ended.find((earlier) => sharesPool(earlier, task)) ??
    ended.find((earlier) => tasks[earlier.name]?.slot === slot) ??
    ended[0]
  );
}

function sharesPool(a: GraphTask, b: GraphTask): boolean {
  if (!a.async && !b.async) return true;
  return a.units.some((unit) => b.units.some((other) => other.pool === unit.pool));
}
