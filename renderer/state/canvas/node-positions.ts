import { contextOf } from '../../../shared/crew/context.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { memoized } from '../../../shared/memoized.ts';
import { AGENT_SIZE, GAPS, type Point, TASK_SIZE } from './sizes.ts';

const COLUMN = TASK_SIZE.width + GAPS.column;
const ROW = TASK_SIZE.height + GAPS.row;
const AGENT_COLUMN = -(AGENT_SIZE.width + GAPS.column);
const AGENT_ROW = AGENT_SIZE.height + GAPS.row;

/** The position of every node: from the file or, without a position there, in columns along the dependencies. */
export const nodePositions = memoized(placed);

function placed(crew: Crew): ReadonlyMap<string, Point> {
  const positions = new Map<string, Point>(Object.entries(crew.layout.nodes));
  placeTasks(crew, positions);
  let row = 0;
  for (const { name } of crew.agents) {
    const key = `agent:${name}`;
    if (!positions.has(key)) positions.set(key, [AGENT_COLUMN, row * AGENT_ROW]);
    row += 1;
  }
  return positions;
}

function placeTasks(crew: Crew, positions: Map<string, Point>): void {
  const depths = depthsOf(crew);
  const rows = new Map<number, number>();
  for (const { name } of crew.tasks) {
    const key = `task:${name}`;
    const column = depths.get(name) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    if (!positions.has(key)) positions.set(key, [column * COLUMN, row * ROW]);
  }
}

/** The length of the longest chain of tasks before each task. A task in a cycle counts the tasks before the cycle. */
function depthsOf({ tasks }: Crew): ReadonlyMap<string, number> {
  const depths = new Map(tasks.map(({ name }) => [name, 0]));
  const open = new Map<string, number>();
  const after = new Map<string, string[]>();
  for (const task of tasks) {
    const { name } = task;
    const before = contextOf(task).filter((one) => depths.has(one));
    open.set(name, before.length);
    for (const one of before) {
      const list = after.get(one);
      if (list) list.push(name);
      else after.set(one, [name]);
    }
  }
  const ready = [...open].flatMap(([name, count]) => (count === 0 ? [name] : []));
  for (const name of ready) {
    for (const next of after.get(name) ?? []) {
      depths.set(next, Math.max(depths.get(next) ?? 0, (depths.get(name) ?? 0) + 1));
      const left = (open.get(next) ?? 0) - 1;
      open.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  return depths;
}
