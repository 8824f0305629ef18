import type { Crew } from '../crew/schema.ts';
import type { Estimate } from '../run/events.ts';
import { withOneInstance } from '../run/expansion/definitions.ts';
import { instanceOf, ofTaskOrFile, withoutItems } from '../run/expansion/task-names.ts';
import { type Graph, type GraphTask, graphOf } from './graph.ts';
import { inheritedPriorities, pathsAfter } from './paths.ts';

/** The length of every task if all lengths are unknown. */
const EQUAL_LENGTH = 1;

/**
 * Returns the rank of each task (and of the manager's assignment, if there is one). Higher ranks start first, equal
 * ranks in declared order. Tasks are ordered by priority (the highest of the task and of all that wait for it), then by
 * the longest remaining path according to the estimates, including the task. Ranks are whole numbers from 0 that only
 * define an order. `run.started` fixes them for a run.
 */
export function computeRanks(crew: Crew, estimates: Readonly<Record<string, Estimate>>): Record<string, number> {
  if (crew.linked) return ranksWithFiles(crew, estimates);
  return ranksOf(graphOf(crew), (task) => estimates[task.name]?.ms ?? EQUAL_LENGTH);
}

/** A task that expands begins with the first of its tasks, so it has the highest of their ranks. */
function ranksWithFiles(crew: Crew, estimates: Readonly<Record<string, Estimate>>): Record<string, number> {
  const graph = graphOf(withOneInstance(crew));
  const lengthOf = ({ name, expands }: GraphTask) =>
    expands ? 0 : (ofTaskOrFile(estimates, name)?.ms ?? EQUAL_LENGTH);
  const found: Record<string, number> = {};
  for (const [name, rank] of Object.entries(ranksOf(graph, lengthOf))) {
    for (let task: string | undefined = name; task !== undefined; task = instanceOf(task)?.of) {
      const plain = withoutItems(task);
      found[plain] = Math.max(found[plain] ?? 0, rank);
    }
  }
  return found;
}

/** Like `computeRanks`, with lengths (in any unit) from a function of the task's busy time. */
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
 * Returns the minimum length of a task with this busy time: all of it for a plain task; one proposal and one vote in
 * `consensual`, assuming equally long turns.
 */
export function pathLength(task: GraphTask, busy: number): number {
  return task.turns.length <= 1 ? busy : (busy * 2) / task.turns.length;
}
