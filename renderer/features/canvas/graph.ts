import { type Edge, MarkerType, type Node, type NodeHandle, Position } from 'reactflow';
import { choicesFrom, contextOf } from '../../../shared/crew/context.ts';
import type { Crew, Task } from '../../../shared/crew/schema.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { AGENT_SIZE, boxOf, frameAround, type Point, sizeOf, TASK_SIZE } from '../../state/canvas/sizes.ts';
import { taskOf } from '../../state/task-of.ts';
import { edgeKey } from '../../state/ui.ts';
import { displayStateOf, itemsText } from './task-display-states.ts';
import { isNear, tasksNear } from './visible-edges.ts';

export type GroupData = { index: number; title: string; color: string | undefined; members: readonly string[] };
export type CrewNode = Node<{ name: string }, 'task' | 'agent'> | Node<GroupData, 'frame'>;
export type CrewEdge = Edge<{ agent?: string | null; branch?: Branch | null }, 'dependency' | 'assignment'>;

/** What decides whether an edge is taken, and whether the run did not take it. */
export interface Branch {
  label: string;
  isNotChosen: boolean;
}

/**
 * Nodes are at 0, and above an edge of the same level. No edge is above a node: where one leads behind a node, the node
 * must stay readable and receive the pointer.
 */
const Z_INDEX = { emphasizedEdge: 0, edge: -1, frame: -2 } as const;

const HANDLE = 10;

/** What the nodes depend on, in addition to the crew. */
export interface NodeInput {
  crew: Crew;
  positions: ReadonlyMap<string, Point>;
  /** Positions of the nodes that are being dragged. */
  dragged: ReadonlyMap<string, Point>;
  state: RunState | null;
  selection: ReadonlySet<string>;
  /** The names of the tasks on the critical path. */
  critical: ReadonlySet<string>;
  /** The keys of the nodes to create; null: all. */
  shown: ReadonlySet<string> | null;
}

/** Creates the nodes of the canvas. An unchanged node is the same object as before, so that it is not drawn again. */
export function nodesOf(input: NodeInput, before: ReadonlyMap<string, CrewNode>): CrewNode[] {
  const { crew, shown } = input;
  const groups = crew.layout.groups.flatMap((_, index) => groupNode(input, index) ?? []);
  const isShown = (key: string): boolean => shown === null || shown.has(key);
  const tasks = crew.tasks
    .filter(({ name }) => isShown(`task:${name}`))
    .map(({ name }) => kept(before, taskNode(input, name)));
  const agents = crew.agents
    .filter(({ name }) => isShown(`agent:${name}`))
    .map(({ name }) => kept(before, plainNode(input, 'agent', name, `Agent ${name}`)));
  return [...groups, ...agents, ...tasks];
}

/** The number of items is the description of a stacked node, in place of the canvas's hints for the keyboard. */
function taskNode(input: NodeInput, name: string): CrewNode {
  const node = plainNode(input, 'task', name, `Task ${name}, ${displayStateOf(input.state, name)}`);
  const items = itemsText(input.state, name);
  if (items === null) return node;
  return { ...node, domAttributes: { 'aria-description': items, 'aria-describedby': undefined } };
}

function plainNode(input: NodeInput, type: 'task' | 'agent', name: string, ariaLabel: string): CrewNode {
  const id = `${type}:${name}`;
  const [x, y] = input.dragged.get(id) ?? input.positions.get(id) ?? [0, 0];
  const size = sizeOf(id);
  return {
    id,
    type,
    ariaLabel,
    position: { x, y },
    ...size,
    measured: size,
    handles: type === 'task' ? TASK_HANDLES : AGENT_HANDLES,
    selected: input.selection.has(id),
    className: type === 'task' && input.critical.has(name) ? 'on-critical-path' : '',
    data: { name },
  };
}

function handle(type: 'source' | 'target', position: Position, size: { width: number; height: number }): NodeHandle {
  const x = (position === Position.Right ? size.width : 0) - HANDLE / 2;
  return { type, position, x, y: (size.height - HANDLE) / 2, width: HANDLE, height: HANDLE };
}
const TASK_HANDLES = [handle('target', Position.Left, TASK_SIZE), handle('source', Position.Right, TASK_SIZE)];
const AGENT_HANDLES = [handle('source', Position.Right, AGENT_SIZE)];

function kept(before: ReadonlyMap<string, CrewNode>, node: CrewNode): CrewNode {
  const old = before.get(node.id);
  const same =
    old &&
    old.ariaLabel === node.ariaLabel &&
    old.domAttributes?.['aria-description'] === node.domAttributes?.['aria-description'] &&
    old.selected === node.selected &&
    old.className === node.className &&
    old.position.x === node.position.x &&
    old.position.y === node.position.y;
  return same ? old : node;
}

/** The frame around a group's members; null for an empty group. */
function groupNode({ crew, positions, dragged }: NodeInput, index: number): CrewNode | null {
  const group = crew.layout.groups[index];
  const members = (group?.nodes ?? []).filter((key) => positions.has(key));
  if (!group) return null;
  const frame = frameAround(members.map((key) => boxOf(key, dragged.get(key) ?? positions.get(key) ?? ORIGIN)));
  if (frame === null) return null;
  const { x, y, ...size } = frame;
  return {
    id: `group:${index}`,
    type: 'frame',
    position: { x, y },
    ...size,
    measured: size,
    zIndex: Z_INDEX.frame,
    selectable: false,
    draggable: false,
    focusable: false,
    connectable: false,
    data: { index, title: group.title, color: group.color, members },
  };
}
const ORIGIN: Point = [0, 0];

/**
 * Creates the edges: dependencies and assignments.
 * @param lit names of the tasks on the critical path, in order of time
 * @param sight keys of the visible nodes; null: all
 */
export function edgesOf(
  crew: Crew,
  state: RunState | null,
  selection: ReadonlySet<string>,
  lit: readonly string[],
  sight: ReadonlySet<string> | null,
): CrewEdge[] {
  const isDrawn = sight === null ? () => true : isNear(sight);
  const agents = new Set(crew.agents.map(({ name }) => name));
  const onPath = new Set(lit.slice(1).map((name, index) => `${lit[index]}→${name}`));
  const tasks = sight === null ? crew.tasks : [...tasksNear(crew, sight)];
  return tasks.flatMap((task) => {
    const target = `task:${task.name}`;
    const dependencies = contextOf(task)
      .filter((name) => taskOf(crew, name) && isDrawn(`task:${name}`, target))
      .map((name): CrewEdge => {
        const edge = dependency(`task:${name}`, target, selection, onPath.has(`${name}→${task.name}`));
        return withBranch(edge, branchOf(task, name, state));
      });
    const doing = new Set([...(task.agents ?? []), task.agent ?? state?.tasks.get(task.name)?.agent ?? '']);
    const assignments = [...doing]
      .filter((name) => agents.has(name) && isDrawn(`agent:${name}`, target))
      .map((name): CrewEdge => assignment(name, target, selection, task.agent === undefined));
    return [...dependencies, ...assignments];
  });
}

/** The choices that the edge waits for, or the condition of its task; null for a plain dependency. */
function branchOf(task: Task, before: string, state: RunState | null): Branch | null {
  const choices = choicesFrom(task, before);
  const label = choices?.join(' or ') ?? task.when;
  if (label === undefined) return null;
  const router = state?.tasks.get(before);
  const isOther =
    choices !== null && router?.status === 'completed' && !choices.some((one) => router.choices?.includes(one));
  return { label, isNotChosen: isOther || state?.tasks.get(task.name)?.status === 'not_chosen' };
}

function withBranch(edge: CrewEdge, branch: Branch | null): CrewEdge {
  if (branch === null) return edge;
  const className = branch.isNotChosen ? `${edge.className ?? ''} not-chosen`.trim() : (edge.className ?? '');
  const state = branch.isNotChosen ? ', not chosen' : '';
  return { ...edge, className, ariaLabel: `Branch ${branch.label}${state}`, data: { branch } };
}

function dependency(source: string, target: string, selection: ReadonlySet<string>, lit: boolean): CrewEdge {
  const id = edgeKey(source, target);
  const selected = selection.has(id);
  const color = selected ? 'var(--accent)' : lit ? 'var(--critical)' : 'var(--edge)';
  return {
    id,
    source,
    target,
    type: 'dependency',
    selected,
    className: lit ? 'lit' : '',
    zIndex: lit || selected ? Z_INDEX.emphasizedEdge : Z_INDEX.edge,
    markerEnd: { type: MarkerType.ArrowClosed, color, width: 15, height: 15 },
  };
}

function assignment(agent: string, target: string, selection: ReadonlySet<string>, byRun: boolean): CrewEdge {
  const source = `agent:${agent}`;
  const id = edgeKey(source, target);
  return {
    id,
    source,
    target,
    type: 'assignment',
    selected: selection.has(id),
    zIndex: Z_INDEX.edge,
    deletable: !byRun,
    data: { agent },
  };
}
