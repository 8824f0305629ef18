import type { Crew } from '../../shared/crew/schema.ts';

type Task = Crew['tasks'][number];

const byName = new WeakMap<Crew, ReadonlyMap<string, Task>>();

/** Finds a task of a crew by name, in constant time: every node of a large crew calls it after each change. */
export function taskOf(crew: Crew, name: string): Task | undefined {
  const known = byName.get(crew) ?? new Map(crew.tasks.map((task) => [task.name, task]));
  byName.set(crew, known);
  return known.get(name);
}
