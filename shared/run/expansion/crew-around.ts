import { crewOfFile, fileOf } from '../../crew/link.ts';
import type { Crew, Task } from '../../crew/schema.ts';
import { memoized } from '../../memoized.ts';
import { stepAround } from './task-names.ts';

/** The file that contains a task, and the crew of that file. `file` is null for the run's own file. */
export interface CrewAround {
  file: string | null;
  crew: Crew;
}

/** Returns the crew file that contains a task of a run. */
export function crewAround(crew: Crew, task: string): CrewAround {
  const step = stepAround(task);
  const file = step === null ? undefined : tasksByName(crew).get(step)?.crew;
  const inner = file === undefined ? undefined : crewOfFile(crew, file);
  return file === undefined || !inner ? { file: null, crew: fileOf(crew) } : { file, crew: inner };
}

/** Returns the tasks of a crew by name. */
export const tasksByName = memoized(
  (crew: Crew): ReadonlyMap<string, Task> => new Map(crew.tasks.map((task) => [task.name, task])),
);
