import type { MeasuredFigures } from '../../shared/figures/figures.ts';
import type { TaskFigures } from '../../shared/figures/task-figures.ts';

/** Maximum number of tasks in a drawing. Viewers refuse larger drawings. */
export const MOST_DRAWN = 100;
/**
 * In the drawing of a larger run: the number of tasks with most time on the critical path, and the number of the
 * longest tasks.
 */
export const EACH_SHOWN = 50;

/**
 * Returns the tasks that a drawing with a row per task shows, in declared order: all tasks, or the most relevant ones.
 */
export function shownTasks(tasks: readonly TaskFigures[]): readonly TaskFigures[] {
  if (tasks.length <= MOST_DRAWN) return tasks;
  const critical = tasks.filter((task) => task.criticalMs > 0).sort((a, b) => b.criticalMs - a.criticalMs);
  const longest = [...tasks].sort((a, b) => b.busyMs - a.busyMs);
  const chosen = new Set([...critical.slice(0, EACH_SHOWN), ...longest.slice(0, EACH_SHOWN)]);
  return tasks.filter((task) => chosen.has(task));
}

/** Returns the dependencies on the critical path, as keys of `linkKey`. */
export function criticalLinks({ path: { tasks } }: MeasuredFigures): ReadonlySet<string> {
  return new Set(tasks.slice(1).map((task, at) => linkKey(tasks[at] ?? '', task)));
}

/** Returns the key of a dependency. Names have no line breaks. */
export function linkKey(before: string, task: string): string {
  return `${before}\n${task}`;
}
