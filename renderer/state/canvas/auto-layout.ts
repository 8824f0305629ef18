import ELK, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import { contextOf } from '../../../shared/crew/context.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { boxOf, GAPS, type Point, sizeOf } from './sizes.ts';

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.spacing.nodeNode': `${GAPS.row}`,
  'elk.layered.spacing.nodeNodeBetweenLayers': `${GAPS.column}`,
  'elk.spacing.componentComponent': '32',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
};
const GROUP_OPTIONS = { 'elk.padding': '[top=24,left=16,bottom=16,right=16]' };

/**
 * Computes the positions of all nodes: tasks from left to right along the dependencies, and agents in a column to their
 * left, next to their tasks. Groups stay together. Each call has its own worker, so that a layout that takes minutes
 * delays no other. An abort ends the worker immediately, and the result is null.
 */
export async function layOut(crew: Crew, signal: AbortSignal): Promise<Record<string, Point> | null> {
  if (signal.aborted) return null;
  const elk = new ELK({ workerUrl });
  const aborted = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
  try {
    const laid = await Promise.race([elk.layout(graphOf(crew)), aborted]);
    if (laid === null) return null;
    const positions: Record<string, Point> = {};
    collect(laid, 0, 0, positions);
    return { ...positions, ...agentColumn(crew, positions) };
  } finally {
    elk.terminateWorker();
  }
}

/**
 * Places the agents that the layout left out, because their many assignments would determine the columns of tasks. Each
 * agent is as near to the middle of its tasks as the agents above it allow.
 */
function agentColumn(crew: Crew, tasks: Readonly<Record<string, Point>>): Record<string, Point> {
  const lefts = Object.values(tasks).map(([x]) => x);
  const free = crew.agents.map(({ name }) => `agent:${name}`).filter((key) => tasks[key] === undefined);
  const wanted = free.map((key) => ({ key, y: middleOfTasks(crew, key, tasks) }));
  const column: Record<string, Point> = {};
  let next = Number.NEGATIVE_INFINITY;
  for (const { key, y } of wanted.sort((a, b) => a.y - b.y)) {
    const { width, height } = sizeOf(key);
    const top = Math.max(next, Math.round(y - height / 2));
    column[key] = [Math.min(0, ...lefts) - GAPS.column - width, top];
    next = top + height + GAPS.row;
  }
  return column;
}

function middleOfTasks({ tasks: all }: Crew, agent: string, positions: Readonly<Record<string, Point>>): number {
  const own = all.filter((task) => `agent:${task.agent}` === agent);
  const middles = own.flatMap(({ name }) => {
    const at = positions[`task:${name}`];
    return at === undefined ? [] : [boxOf(`task:${name}`, at)].map(({ y, height }) => y + height / 2);
  });
  return middles.length === 0 ? 0 : middles.reduce((sum, y) => sum + y, 0) / middles.length;
}

function graphOf(crew: Crew): ElkNode {
  const inGroups = new Set(crew.layout.groups.flatMap(({ nodes }) => nodes));
  const keys = [
    // A person put these agents among the tasks of a group.
    ...crew.agents.map(({ name }) => `agent:${name}`).filter((key) => inGroups.has(key)),
    ...crew.tasks.map(({ name }) => `task:${name}`),
  ];
  const known = new Set(keys);
  const grouped = new Set<string>();
  const groups = crew.layout.groups.map((group, index) => {
    const members = group.nodes.filter((key) => known.has(key) && !grouped.has(key));
    for (const key of members) grouped.add(key);
    return { id: `group:${index}`, layoutOptions: GROUP_OPTIONS, children: members.map(leaf) };
  });
  const free = keys.filter((key) => !grouped.has(key)).map(leaf);
  const children = [...free, ...groups.filter(({ children }) => children.length > 0)];
  return { id: 'root', layoutOptions: OPTIONS, children, edges: edgesOf(crew, known) };
}

function leaf(key: string): ElkNode {
  return { id: key, ...sizeOf(key) };
}

function edgesOf(crew: Crew, known: ReadonlySet<string>): ElkExtendedEdge[] {
  return crew.tasks.flatMap((task) =>
    contextOf(task)
      .map((other) => `task:${other}`)
      .filter((key) => known.has(key))
      .map((key) => ({ id: `${key}→${task.name}`, sources: [key], targets: [`task:${task.name}`] })),
  );
}

function collect(node: ElkNode, left: number, top: number, positions: Record<string, Point>): void {
  for (const child of node.children ?? []) {
    const x = left + (child.x ?? 0);
    const y = top + (child.y ?? 0);
    if (child.children && child.children.length > 0) collect(child, x, y, positions);
    else positions[child.id] = [Math.round(x), Math.round(y)];
  }
}
