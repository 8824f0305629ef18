import { memoized } from '../memoized.ts';
import { taskOfEntry } from './context.ts';
import type { Crew } from './schema.ts';

/**
 * Returns the crew without conditions: every dependency is plain, and no task has `when` or `repeat`. Simulations use it, because
 * they know which tasks take part and have no results to decide by.
 */
export const withoutBranches = memoized((crew: Crew): Crew => {
  const hasBranches = crew.tasks.some(
    ({ when, repeat, context }) => when !== undefined || repeat !== undefined || context.some(isEdge),
  );
  if (!hasBranches) return crew;
  const tasks = crew.tasks.map(({ when: _, repeat: __, ...task }) => ({
    ...task,
    context: task.context.map(taskOfEntry),
  }));
  return { ...crew, tasks };
});

function isEdge(entry: unknown): boolean {
  return typeof entry !== 'string';
}
