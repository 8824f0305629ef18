import { contextOf, dependsOn } from '../../../../shared/crew/context.ts';
import type { Crew } from '../../../../shared/crew/schema.ts';
import { boxOf, type Point } from '../../../state/canvas/sizes.ts';
import { taskOf } from '../../../state/task-of.ts';
import { dependencyPath } from '../edges.tsx';

type Tasks = Crew['tasks'];
type Positions = ReadonlyMap<string, Point>;

export const NOT_DRAGGED: Positions = new Map();

/** The number of tasks whose edges form one path: few enough to redraw while one of their nodes is dragged. */
const PART = 256;

/** The tasks in parts of at most 256. The edges of each part become one path. */
export function partsOf(tasks: Tasks): Tasks[] {
  const parts: Tasks[] = [];
  for (let at = 0; at < tasks.length; at += PART) parts.push(tasks.slice(at, at + PART));
  return parts;
}

/** Whether an edge of these tasks begins or ends at one of the dragged nodes. */
export function touches(tasks: Tasks, dragged: Positions): boolean {
  if (dragged.size === 0) return false;
  const isDragged = (name: string): boolean => dragged.has(`task:${name}`);
  return tasks.some((task) => isDragged(task.name) || contextOf(task).some(isDragged));
}

/** The edges to these tasks from their context. */
export function pathOf(tasks: Tasks, positions: Positions, dragged: Positions): string {
  return tasks
    .flatMap((task) => contextOf(task).map((before) => linePath(before, task.name, positions, dragged)))
    .join('');
}

/** The edges of the critical path: its links that are dependencies. */
export function litPath(crew: Crew, lit: readonly string[], positions: Positions, dragged: Positions): string {
  return lit
    .slice(1)
    .flatMap((name, at) => {
      const before = lit[at] ?? '';
      const task = taskOf(crew, name);
      return task && dependsOn(task, before) ? [linePath(before, name, positions, dragged)] : [];
    })
    .join('');
}

function linePath(before: string, name: string, positions: Positions, dragged: Positions): string {
  const [source, target] = [`task:${before}`, `task:${name}`];
  const from = dragged.get(source) ?? positions.get(source);
  const to = dragged.get(target) ?? positions.get(target);
  return from && to ? dependencyPath(boxOf(source, from), boxOf(target, to)) : '';
}
