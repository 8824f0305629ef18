import type { Crew } from '../../shared/project/schema.ts';

type Task = Crew['tasks'][number];

const byName = new WeakMap<Crew, ReadonlyMap<string, Task>>();

/** A task of a crew by its name; looked up, since every node of a large crew asks after each change. */
export function taskOf(project: Crew, name: string): Task | undefined {
  const known = byName.get(project) ?? new Map(project.tasks.map((task) => [task.name, task]));
  byName.set(project, known);
  return known.get(name);
}
