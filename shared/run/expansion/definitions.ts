import type { Crew, Task } from '../../crew/schema.ts';
import { memoized } from '../../memoized.ts';
import { growSteps } from './forecast.ts';
import { growCrew, hasInstances } from './grow-crew.ts';
import { MOST_TASKS } from './most-tasks.ts';
import { withoutItems } from './task-names.ts';

const NOTHING: ReadonlySet<string> = new Set();

/** Returns the crew with the tasks of its crew files, and with one instance of each task with `for_each`. */
export const withOneInstance = memoized((crew: Crew): Crew => {
  let grown = growSteps(crew, NOTHING);
  const isOpen = (task: Task) => task.for_each !== undefined && !hasInstances(task);
  for (let next = grown.tasks.find(isOpen); next; next = grown.tasks.find(isOpen)) {
    if (grown.tasks.length >= MOST_TASKS) return grown;
    grown = growSteps(growCrew(grown, { task: next.name, count: 1 }), NOTHING);
  }
  return grown;
});

/**
 * Returns every task that a run of a crew can have, with those of crew files, by its name without items, such as
 * `chapter/draft`. What is learned about a task is stored under this name.
 */
export const definitionsOf = memoized((crew: Crew): ReadonlyMap<string, Task> => {
  const tasks = new Map(crew.tasks.map((task) => [task.name, task]));
  if (!crew.linked) return tasks;
  for (const task of withOneInstance(crew).tasks) {
    const name = withoutItems(task.name);
    if (!tasks.has(name)) tasks.set(name, task);
  }
  return tasks;
});
