import type { Crew, Task } from '../../crew/schema.ts';
import type { Estimate, EventOf } from '../events.ts';
import { tasksByName } from './crew-around.ts';
import { growCrew, hasInstances, isAlignedWith } from './grow-crew.ts';
import { growRounds, isInLoop, roundsOf } from './grow-rounds.ts';
import { growStep, isGrown } from './grow-step.ts';
import { MOST_TASKS } from './most-tasks.ts';
import { ofTaskOrFile } from './task-names.ts';

/**
 * Returns the crew with the instances that are expected of tasks with `for_each`, and with the tasks of crew files; null
 * if the number of items of a task or the content of a file is unknown. `ended`: tasks that do not run.
 */
export function forecastCrew(
  crew: Crew,
  estimates: Readonly<Record<string, Estimate>>,
  ended: ReadonlySet<string> = NOTHING,
): Crew | null {
  let grown = growLoops(growSteps(crew, ended), estimates, ended);
  for (let next = nextList(grown, ended); next; next = nextList(grown, ended)) {
    const count = countOf(grown, next.name, estimates);
    if (count === null || grown.tasks.length + count > MOST_TASKS) return null;
    grown = growLoops(growSteps(growCrew(grown, { task: next.name, count }), ended), estimates, ended);
    if (count === 0) ended = new Set([...ended, next.name]);
  }
  return grown.tasks.some((task) => isOpenStep(task, ended)) ? null : grown;
}

/** Returns the crew with the tasks of the crew files that its tasks run. `ended`: tasks that do not run. */
export function growSteps(crew: Crew, ended: ReadonlySet<string>): Crew {
  const isOpen = (task: Task) => isOpenStep(task, ended);
  let grown = crew;
  // Crew files can name crew files, so that each step may add others.
  for (let next = crew.linked && grown.tasks.find(isOpen); next; next = grown.tasks.find(isOpen)) {
    const larger = growStep(grown, next.name, {});
    if (larger === grown || larger.tasks.length > MOST_TASKS) return grown;
    grown = larger;
  }
  return grown;
}

/** Whether a task runs a crew file and has not expanded, also because its file is not known. */
function isOpenStep(task: Task, ended: ReadonlySet<string>): boolean {
  return task.crew !== undefined && !task.for_each && !isGrown(task) && !isInLoop(task) && !ended.has(task.name);
}

/** Returns the crew with the rounds that are expected of its loops: those that earlier runs had, or one. */
function growLoops(crew: Crew, estimates: Readonly<Record<string, Estimate>>, ended: ReadonlySet<string>): Crew {
  let grown = crew;
  const open = (task: Task) => {
    const expected = ofTaskOrFile(estimates, task.name)?.items?.count ?? 1;
    return task.repeat !== undefined && !ended.has(task.name) && (roundsOf(task) ?? 0) < expected;
  };
  for (let next = grown.tasks.find(open); next; next = grown.tasks.find(open)) {
    if (grown.tasks.length > MOST_TASKS) return grown;
    grown = growSteps(growRounds(grown, next.name, (roundsOf(next) ?? 0) + 1), ended);
  }
  return grown;
}

function nextList({ tasks }: Crew, ended: ReadonlySet<string>): Task | undefined {
  return tasks.find((task) => task.for_each && !hasInstances(task) && !ended.has(task.name));
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
  const task = tasksByName(crew).get(name);
  const source = task?.for_each?.task;
  if (task && source !== undefined && isAlignedWith(crew, task)) return countOf(crew, source, estimates);
  return ofTaskOrFile(estimates, name)?.items?.count ?? null;
}
