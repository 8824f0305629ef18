import type { Graph, GraphTask } from './graph.ts';

/**
 * Returns the longest path that ends before each task, in the unit of `weight`. The assignment precedes each task that
 * the manager assigns.
 */
export function pathsBefore(graph: Graph, weight: (task: GraphTask) => number): number[] {
  const before: number[] = graph.tasks.map(() => 0);
  for (const index of graph.order) {
    const task = graph.tasks[index];
    if (!task) continue;
    let longest = 0;
    for (const earlier of task.predecessors) {
      const through = graph.tasks[earlier];
      if (through) longest = Math.max(longest, (before[earlier] ?? 0) + weight(through));
    }
    before[index] = longest;
  }
  return before;
}

/** Returns the longest path that starts after each task, in the unit of `weight`. */
export function pathsAfter(graph: Graph, weight: (task: GraphTask) => number): number[] {
  return foldBackwards(graph, (after, task) => after + weight(task));
}

/** Returns, for each task, the highest priority of the task and of all tasks that wait for it. */
export function inheritedPriorities(graph: Graph): number[] {
  const highest = graph.tasks.map((task) => (task.isAssignment ? Number.NEGATIVE_INFINITY : task.priority));
  for (let at = graph.order.length - 1; at >= 0; at -= 1) {
    const task = graph.tasks[graph.order[at] ?? -1];
    if (!task) continue;
    const own = highest[task.index] ?? 0;
    for (const earlier of task.predecessors) highest[earlier] = Math.max(highest[earlier] ?? 0, own);
  }
  return highest;
}

function foldBackwards(graph: Graph, through: (after: number, task: GraphTask) => number): number[] {
  const after: number[] = graph.tasks.map(() => 0);
  for (let at = graph.order.length - 1; at >= 0; at -= 1) {
    const task = graph.tasks[graph.order[at] ?? -1];
    if (!task) continue;
    const value = through(after[task.index] ?? 0, task);
    for (const earlier of task.predecessors) after[earlier] = Math.max(after[earlier] ?? 0, value);
  }
  return after;
}
