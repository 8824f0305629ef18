import type { Crew } from '../../shared/crew/schema.ts';
import { titleOf } from '../../shared/crew/titles.ts';
import { memoized } from '../../shared/memoized.ts';
import { isAssignment } from '../../shared/run/assignment.ts';
import { stripControlCharacters } from './text.ts';

const titlesOf = memoized(
  ({ tasks }: Crew) => new Map(tasks.map((task) => [task.name, stripControlCharacters(titleOf(task))])),
);

/**
 * Returns the title of a task for the terminal. `crew`: the crew of the run, with the tasks that other tasks expanded
 * to.
 */
export function taskTitle(crew: Crew, task: string): string {
  return isAssignment(task) ? 'Assignment' : (titlesOf(crew).get(task) ?? task);
}
