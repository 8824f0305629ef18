import { contextOf } from '../../../shared/crew/context.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { memoized } from '../../../shared/memoized.ts';
import { taskOf } from '../../state/task-of.ts';

type Task = Crew['tasks'][number];

/** Tasks by the node at which their edges begin, in file order. */
const begunAt = memoized((crew: Crew): ReadonlyMap<string, Task[]> => {
  const found = new Map<string, Task[]>();
  for (const task of crew.tasks) {
    const agents = [...(task.agents ?? []), ...(task.agent === undefined ? [] : [task.agent])];
    for (const key of [...contextOf(task).map((name) => `task:${name}`), ...agents.map((name) => `agent:${name}`)]) {
      const list = found.get(key);
      if (list) list.push(task);
      else found.set(key, [task]);
    }
  }
  return found;
});

/** The visible tasks, and those whose edges begin at a visible node. */
export function tasksNear(crew: Crew, sight: ReadonlySet<string>): Set<Task> {
  const found = new Set<Task>();
  const after = begunAt(crew);
  for (const key of sight) {
    const own = key.startsWith('task:') ? taskOf(crew, key.slice('task:'.length)) : undefined;
    if (own) found.add(own);
    for (const task of after.get(key) ?? []) found.add(task);
  }
  return found;
}

/** The maximum number of edges drawn from one node out of the visible area: nobody can follow thousands. */
const MAX_LEAVING_EDGES = 20;

/** Whether an edge is drawn if only part of the crew is visible: one of its ends is visible. Call it once per edge. */
export function isNear(sight: ReadonlySet<string>): (source: string, target: string) => boolean {
  const leaving = new Map<string, number>();
  return (source, target) => {
    const begins = sight.has(source);
    if (begins === sight.has(target)) return begins;
    const inside = begins ? source : target;
    const count = (leaving.get(inside) ?? 0) + 1;
    leaving.set(inside, count);
    return count <= MAX_LEAVING_EDGES;
  };
}
