import type { Crew } from '../../crew/schema.ts';
import type { Estimate, EventOf } from '../events.ts';
import { growCrew, hasInstances, isAlignedWith } from './grow-crew.ts';

/**
 * Returns the crew with the instances that are expected of tasks with `for_each`; null if the number of items of a task
 * is unknown. `ended`: tasks that do not run.
 */
export function forecastCrew(
  crew: Crew,
  estimates: Readonly<Record<string, Estimate>>,
  ended: ReadonlySet<string> = NOTHING,
): Crew | null {
  const open = crew.tasks.filter((task) => task.for_each && !hasInstances(task) && !ended.has(task.name));
  let grown = crew;
  for (const { name } of open) {
    const count = countOf(crew, name, estimates);
    if (count === null) return null;
    grown = growCrew(grown, { task: name, count });
  }
  return grown;
}

/** Returns the estimates of a run, with the expected items of its tasks. */
export function estimatesOfRun({ estimates, expansions = {} }: EventOf<'run.started'>): Record<string, Estimate> {
  const withItems = Object.entries(expansions).flatMap(([task, items]) => {
    const estimate = estimates[task];
    return estimate ? [[task, { ...estimate, items }] as const] : [];
  });
  return { ...estimates, ...Object.fromEntries(withItems) };
}

const NOTHING: ReadonlySet<string> = new Set();

/** Returns the expected number of items: for the results of another task, that of the other task. */
function countOf(crew: Crew, name: string, estimates: Readonly<Record<string, Estimate>>): number | null {
  const task = crew.tasks.find((other) => other.name === name);
  const source = task?.for_each?.task;
  if (task && source !== undefined && isAlignedWith(crew, task)) return countOf(crew, source, estimates);
  return estimates[name]?.items?.count ?? null;
}
