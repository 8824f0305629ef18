import { z } from 'zod';
import { agentSchema } from '../../../shared/crew/agent-schema.ts';
import { entryWithTask, taskOfEntry } from '../../../shared/crew/context.ts';
import { type Guardrail, mapGuardrails } from '../../../shared/crew/guardrails.ts';
import { layoutSchema } from '../../../shared/crew/layout-schema.ts';
import { type Crew, poolSchema } from '../../../shared/crew/schema.ts';
import { taskSchema } from '../../../shared/crew/task-schema.ts';
import { nodePositions } from '../canvas/node-positions.ts';
import type { Point } from './crew-edits.ts';
import { freeNames } from './free-names.ts';

/** Nodes as text, so that they can be copied between windows and through a chat. */
export const copiedSchema = z.object({
  crewlane: z.literal('nodes/1'),
  agents: z.array(agentSchema),
  tasks: z.array(taskSchema),
  pools: z.array(poolSchema).default([]),
  positions: layoutSchema.shape.nodes,
  groups: layoutSchema.shape.groups,
});
export type Copied = z.infer<typeof copiedSchema>;
type Task = Copied['tasks'][number];

/** The selected nodes of a crew, with the groups whose members are all selected. */
export function copyNodes(crew: Crew, selection: readonly string[]): Copied {
  const keys = new Set(selection);
  const positions = nodePositions(crew);
  const isIn = (kind: string) => (node: { name: string }) => keys.has(`${kind}:${node.name}`);
  return {
    crewlane: 'nodes/1',
    agents: crew.agents.filter(isIn('agent')),
    tasks: crew.tasks.filter(isIn('task')),
    pools: crew.pools.filter(isIn('pool')),
    positions: Object.fromEntries(
      selection.flatMap((key) => {
        const at = positions.get(key);
        return at ? [[key, [at[0], at[1]] as [number, number]]] : [];
      }),
    ),
    groups: crew.layout.groups.filter(({ nodes }) => nodes.length > 0 && nodes.every((key) => keys.has(key))),
  };
}

/** The offset of a copy from the node that is already at its position. */
const STEP = 32;

/**
 * The crew with copies of these nodes, and the keys of the copies. The copies get free names. References among them are
 * kept, and references to nodes that the crew does not have are dropped. `corner` is the upper left corner of the
 * copies; null: next to the copied nodes. The copies are shifted while another node is exactly at their position.
 * Linear in the nodes.
 */
export function pasteInto(crew: Crew, copied: Copied, corner: Point | null): { crew: Crew; keys: string[] } {
  const nextName = freeNames(crew);
  const names = new Map<string, string>();
  const renamed = <Node extends { name: string }>(kind: string, nodes: readonly Node[]): Node[] =>
    nodes.map((node) => {
      const name = nextName(node.name);
      names.set(`${kind}:${node.name}`, `${kind}:${name}`);
      return { ...node, name };
    });
  const agents = [...crew.agents, ...renamed('agent', copied.agents)];
  const pools = [...crew.pools, ...renamed('pool', copied.pools)];
  const copies = renamed('task', copied.tasks);
  const has = new Set(
    [['agent', agents] as const, ['pool', pools] as const, ['task', [...crew.tasks, ...copies]] as const].flatMap(
      ([kind, nodes]) => nodes.map(({ name }) => `${kind}:${name}`),
    ),
  );
  /** The name that a reference has in this crew; null if its target does not exist. */
  const refer = (kind: string, name: string): string | null => {
    const key = names.get(`${kind}:${name}`) ?? `${kind}:${name}`;
    return has.has(key) ? key.slice(kind.length + 1) : null;
  };
  const tasks = [...crew.tasks, ...copies.map((task) => withReferences(task, refer))];
  const keyOf = (key: string) => names.get(key) ?? [];
  const groups = copied.groups.map((group) => ({ ...group, nodes: group.nodes.flatMap(keyOf) }));
  const layout = {
    ...crew.layout,
    nodes: { ...crew.layout.nodes, ...positionsOfCopies(crew, copied, names, corner) },
    groups: [...crew.layout.groups, ...groups.filter(({ nodes }) => nodes.length > 0)],
  };
  return { crew: { ...crew, agents, tasks, pools, layout }, keys: [...names.values()] };
}

type Refer = (kind: string, name: string) => string | null;

function withReferences(task: Task, refer: Refer): Task {
  const { agent, agents, guardrail, guardrails, ...rest } = task;
  const doer = agent === undefined ? null : refer('agent', agent);
  const council = (agents ?? []).flatMap((name) => refer('agent', name) ?? []);
  return {
    ...rest,
    context: task.context.flatMap((entry) => {
      const name = refer('task', taskOfEntry(entry));
      return name === null ? [] : [entryWithTask(entry, name)];
    }),
    resources: task.resources.flatMap(({ pool, units }) => {
      const name = refer('pool', pool);
      return name === null ? [] : [{ pool: name, units }];
    }),
    ...(doer === null ? {} : { agent: doer }),
    ...(council.length === 0 ? {} : { agents: council }),
    ...mapGuardrails({ guardrail, guardrails }, (one) => withJudge(one, refer)),
  };
}

function withJudge(guardrail: Guardrail, refer: Refer): Guardrail | null {
  if ('check' in guardrail || guardrail.agent === undefined) return guardrail;
  const agent = refer('agent', guardrail.agent);
  return agent === null ? null : { ...guardrail, agent };
}

/** The positions of the copies, by their new keys. */
function positionsOfCopies(
  crew: Crew,
  { positions }: Copied,
  names: ReadonlyMap<string, string>,
  corner: Point | null,
) {
  const placed = Object.entries(positions).flatMap(([key, at]) => {
    const name = names.get(key);
    return name === undefined ? [] : [[name, at] as const];
  });
  const [left, top] = [minCoordinate(placed, 0), minCoordinate(placed, 1)];
  let [dx, dy] = corner === null ? [STEP, STEP] : [Math.round(corner[0] - left), Math.round(corner[1] - top)];
  const taken = new Set([...nodePositions(crew).values()].map(([x, y]) => `${x} ${y}`));
  while (placed.some(([, [x, y]]) => taken.has(`${x + dx} ${y + dy}`))) [dx, dy] = [dx + STEP, dy + STEP];
  return Object.fromEntries(placed.map(([key, [x, y]]) => [key, [x + dx, y + dy] as [number, number]]));
}

function minCoordinate(placed: readonly (readonly [string, readonly [number, number]])[], axis: 0 | 1): number {
  return placed.reduce((least, [, at]) => Math.min(least, at[axis]), Number.POSITIVE_INFINITY);
}
