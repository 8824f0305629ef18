import type { SchedulerState, TaskRun } from './state.ts';

/** How the context of a task ended. */
export interface ContextResults {
  /** The number of tasks that were not chosen. */
  notChosen: number;
  degraded: boolean;
  /** The tasks without a result. */
  missing: readonly string[];
}

const NONE: readonly string[] = [];

/**
 * Returns how a task's context ended. The instances of an expanded task are its context then, and of a task that runs a
 * crew file, the tasks whose results are its own.
 */
export function contextResults(state: SchedulerState, task: TaskRun): ContextResults {
  let notChosen = 0;
  let degraded = false;
  let missing = NONE;
  for (const index of contextOf(task)) {
    const before = state.tasks[index];
    if (!before || isExpandedSource(task, before)) continue;
    if (before.status === 'not_chosen') notChosen += 1;
    else if (before.status !== 'completed') missing = [...missing, before.graph.name];
    if (before.degraded) degraded = true;
  }
  return { notChosen, degraded, missing };
}

/** Whether a task need not wait for this task of its context: it runs for each of its results, and their number is known. */
export function isExpandedSource({ graph }: TaskRun, before: TaskRun): boolean {
  return graph.forEach?.aligned === before.graph.index && before.isExpanded;
}

function contextOf({ graph, phase }: TaskRun): readonly number[] {
  if (phase !== 'joining') return graph.before;
  return graph.expands === 'for_each' ? graph.instances : graph.results;
}
