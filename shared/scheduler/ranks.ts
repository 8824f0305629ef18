import type { Crew } from '../project/schema.ts';
import type { Estimate } from '../run/events.ts';
import { type Graph, type GraphTask, graphOf } from './graph.ts';
import { inheritedPriorities, pathsAfter } from './paths.ts';

/** What an unknown length counts where all are unknown: every task the same. */
const EQUAL_LENGTH = 1;

/**
 * The rank of each task (and of the manager's assignment, where there is one): higher starts first, equal ranks go in
 * declared order. A task's priority is its own or the highest of those that wait for it; among equals the longest
 * remaining path by the estimates, itself included, comes first. Ranks are whole numbers from 0 without meaning beyond
 * their order, fixed for a run in `run.started`.
 */
export function computeRanks(project: Crew, estimates: Readonly<Record<string, Estimate>>): Record<string, number> {
  return ranksOf(graphOf(project), (task) => estimates[task.name]?.ms ?? EQUAL_LENGTH);
}

/** As `computeRanks`, with the lengths (any unit) given by a function of the task's busy time. */
export function ranksOf(graph: Graph, length: (task: GraphTask) => number): Record<string, number> {
  const priority = inheritedPriorities(graph);
  const lengths = graph.tasks.map((task) => pathLength(task, length(task)));
  const after = pathsAfter(graph, (task) => lengths[task.index] ?? 0);
  const remaining = lengths.map((own, index) => (after[index] ?? 0) + own);
  const compare = (a: number, b: number) =>
    (priority[a] ?? 0) - (priority[b] ?? 0) || (remaining[a] ?? 0) - (remaining[b] ?? 0);
  const lowestFirst = graph.tasks.map((task) => task.index).sort(compare);
  const ranks: Record<string, number> = {};
  let rank = 0;
  lowestFirst.forEach((index, at) => {
    const below = lowestFirst[at - 1];
    if (below !== undefined && compare(below, index) !== 0) rank += 1;
    const task = graph.tasks[index];
    if (task) ranks[task.name] = rank;
  });
  return ranks;
}

/**
 * How long a task of this much busy time takes at least: all of it for a plain task; in `consensual`, where the turns
 * are taken as equally long, one proposal and one vote.
 */
export function pathLength(task: GraphTask, busy: number): number {
  return task.turns.length <= 1 ? busy : (busy * 2) / task.turns.length;
}
