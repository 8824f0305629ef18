import type { RunState } from '../../../shared/run/state.ts';

/** A lane of the tasks that joined the run in place of another task: its items, rounds, or the tasks of its crew. */
export interface LaneGroup {
  /** The number of groups that the lane is inside of. */
  depth: number;
  /** Whether the lanes of its own tasks are hidden, and drawn in this lane; null for a lane without such tasks. */
  isCollapsed: boolean | null;
}

/** A lane outside of every group. */
export const NO_GROUP: LaneGroup = { depth: 0, isCollapsed: null };

/** Returns the tasks that other tasks run in place of, in the order of the run. */
export function groupingTasks({ tasks }: RunState): string[] {
  const parents = new Set([...tasks.values()].flatMap(({ instance }) => instance?.of ?? []));
  return [...tasks.keys()].filter((name) => parents.has(name));
}

/** Returns the task in whose lane a task is drawn: the outermost one whose group is collapsed, else the task itself. */
export function laneTaskOf({ tasks }: RunState, task: string, collapsed: ReadonlySet<string>): string {
  return ancestorsOf(tasks, task).findLast((name) => collapsed.has(name)) ?? task;
}

/** Returns the place of a task's lane among the groups. */
export function laneGroupOf(
  { tasks }: RunState,
  task: string,
  grouping: ReadonlySet<string>,
  collapsed: ReadonlySet<string>,
): LaneGroup {
  const isGroup = grouping.has(task);
  return { depth: ancestorsOf(tasks, task).length, isCollapsed: isGroup ? collapsed.has(task) : null };
}

/** The tasks that a task runs in place of, the innermost first. */
function ancestorsOf(tasks: RunState['tasks'], task: string): string[] {
  const found: string[] = [];
  for (let of = tasks.get(task)?.instance?.of; of !== undefined && tasks.has(of) && !found.includes(of); ) {
    found.push(of);
    of = tasks.get(of)?.instance?.of;
  }
  return found;
}
