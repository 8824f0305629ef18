import type { Project } from '../../shared/project/schema.ts';

type Task = Project['tasks'][number];

const byName = new WeakMap<Project, ReadonlyMap<string, Task>>();

/** A task of a crew by its name; looked up, since every node of a large crew asks after each change. */
export function taskOf(project: Project, name: string): Task | undefined {
  const known = byName.get(project) ?? new Map(project.tasks.map((task) => [task.name, task]));
  byName.set(project, known);
  return known.get(name);
}
