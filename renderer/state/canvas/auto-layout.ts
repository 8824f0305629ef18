import ELK, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import { contextOf } from '../../../shared/crew/context.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { type Point, sizeOf } from './sizes.ts';

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.spacing.nodeNode': '16',
  'elk.layered.spacing.nodeNodeBetweenLayers': '72',
  'elk.spacing.componentComponent': '32',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
};
const GROUP_OPTIONS = { 'elk.padding': '[top=24,left=16,bottom=16,right=16]' };

/**
 * Computes the positions of all nodes, from left to right along the dependencies. Groups stay together. Each call has
 * its own worker, which an abort ends immediately, so that a layout that takes minutes delays no other. Returns null if
 * it was aborted.
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
    return positions;
  } finally {
    elk.terminateWorker();
  }
}

function graphOf(crew: Crew): ElkNode {
  const keys = [...crew.agents.map(({ name }) => `agent:${name}`), ...crew.tasks.map(({ name }) => `task:${name}`)];
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
  return crew.tasks.flatMap((task) => {
    const { name, agent } = task;
    const before = [
      ...(agent === undefined ? [] : [`agent:${agent}`]),
      ...contextOf(task).map((other) => `task:${other}`),
    ];
    return before
      .filter((key) => known.has(key))
      .map((key) => ({ id: `${key}→${name}`, sources: [key], targets: [`task:${name}`] }));
  });
}

function collect(node: ElkNode, left: number, top: number, positions: Record<string, Point>): void {
  for (const child of node.children ?? []) {
    const x = left + (child.x ?? 0);
    const y = top + (child.y ?? 0);
    if (child.children && child.children.length > 0) collect(child, x, y, positions);
    else positions[child.id] = [Math.round(x), Math.round(y)];
  }
}
