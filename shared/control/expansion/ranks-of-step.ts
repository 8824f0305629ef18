import type { Crew } from '../../crew/schema.ts';
import { innerName, ofTaskOrFile } from '../../run/expansion/task-names.ts';

/**
 * Returns the ranks of the tasks of a crew file, by their names in the file.
 * @param ranks the ranks of the run, by task without items
 * @param step the task that runs the file
 */
export function ranksOfStep(
  ranks: Readonly<Record<string, number>>,
  step: string,
  { tasks }: Crew,
): Record<string, number> {
  return Object.fromEntries(tasks.map(({ name }) => [name, ofTaskOrFile(ranks, innerName(step, name)) ?? 0]));
}
