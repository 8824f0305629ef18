import { agentsOfFile } from '../crew/link.ts';
import { needsAgent } from '../crew/performers.ts';
import type { Crew, Task } from '../crew/schema.ts';
import { memoized } from '../memoized.ts';
import { ASSIGNMENT } from './events/shapes.ts';
import { crewAround } from './expansion/crew-around.ts';
import { innerName, localName, stepAround } from './expansion/task-names.ts';

/** A turn in which a manager chooses agents: that of the crew, or that of a crew file which a task runs. */
export interface Assignment {
  name: string;
  manager: string | null;
  /** The task that runs the crew file; null for the crew itself. */
  step: string | null;
}

/** Returns the assignments that are needed before some of the tasks can start: one per manager and task with a crew file. */
export const assignmentsOf = memoized((crew: Crew): readonly Assignment[] => {
  const found = new Map<string, Assignment>();
  for (const task of crew.tasks) {
    const name = assignmentFor(crew, task);
    if (name === null || found.has(name)) continue;
    const { file } = crewAround(crew, task.name);
    found.set(name, { name, manager: managerOf(crew, file), step: stepAround(task.name) });
  }
  return [...found.values()];
});

/** Returns the assignment that chooses the agent of a task; null if none does. */
export function assignmentFor(crew: Crew, task: Task): string | null {
  if (!needsAgent(crewAround(crew, task.name).crew, task)) return null;
  const step = stepAround(task.name);
  return step === null ? ASSIGNMENT : innerName(step, ASSIGNMENT);
}

/** Whether a name is the name of an assignment. Assignments are scheduled and drawn like tasks, but are not tasks. */
export function isAssignment(name: string): boolean {
  return localName(name) === ASSIGNMENT;
}

/** Returns the name of the manager of a crew file, or null. `file` is null for the run's own file. */
export function managerOf(crew: Crew, file: string | null = null): string | null {
  return agentsOfFile(crew, file).find((agent) => agent.manager)?.name ?? null;
}
