import type { Project } from '../../shared/project/schema.ts';
import { AGENT_SIZE, type Point, TASK_SIZE } from './sizes.ts';

const COLUMN = TASK_SIZE.width + 68;
const ROW = TASK_SIZE.height + 16;
const AGENT_COLUMN = -(AGENT_SIZE.width + 48);
const AGENT_ROW = AGENT_SIZE.height + 16;

/** Where every node stands: as the file says, and for those it does not place, in columns by what they wait for. */
export function placesOf(project: Project): ReadonlyMap<string, Point> {
  const places = new Map<string, Point>(Object.entries(project.layout.nodes));
  placeTasks(project, places);
  let row = 0;
  for (const { name } of project.agents) {
    const key = `agent:${name}`;
    if (!places.has(key)) places.set(key, [AGENT_COLUMN, row * AGENT_ROW]);
    row += 1;
  }
  return places;
}

function placeTasks(project: Project, places: Map<string, Point>): void {
  const depths = depthsOf(project);
  const rows = new Map<number, number>();
  for (const { name } of project.tasks) {
    const key = `task:${name}`;
    const column = depths.get(name) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    if (!places.has(key)) places.set(key, [column * COLUMN, row * ROW]);
  }
}

/** How many tasks stand one before the other before each; in a circle the count ends where it began. */
function depthsOf({ tasks }: Project): ReadonlyMap<string, number> {
  const depths = new Map<string, number>(tasks.map(({ name }) => [name, 0]));
  for (let round = 0, changed = true; changed && round < tasks.length; round += 1) {
    changed = false;
    for (const { name, context } of tasks) {
      const depth = Math.max(0, ...context.map((before) => (depths.get(before) ?? -1) + 1));
      if (depth > (depths.get(name) ?? 0)) {
        depths.set(name, depth);
        changed = true;
      }
    }
  }
  return depths;
}
