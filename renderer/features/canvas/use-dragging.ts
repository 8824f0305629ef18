import { useRef } from 'react';
import type { EdgeChange, NodeChange } from 'reactflow';
import { nodePositions } from '../../state/canvas/node-positions.ts';
import type { Point } from '../../state/canvas/sizes.ts';
import { assign, moveNodes } from '../../state/commands/crew-edits.ts';
import { endGesture } from '../../state/document.ts';
import { keyParts, select } from '../../state/ui.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import type { CrewEdge, CrewNode } from './graph.ts';
import { nodeAt } from './node-at.ts';
import { NOT_DRAGGED } from './overview/edge-paths.ts';

/** Nodes follow the pointer here. They are moved in the crew once, when they are dropped. */
export function useDragging(setDragged: (at: ReadonlyMap<string, Point>) => void) {
  const win = useWindowState();
  const active = useRef(false);
  const at = useRef(NOT_DRAGGED);
  const follow = (moved: ReadonlyMap<string, Point>) => {
    at.current = moved;
    setDragged(moved);
  };
  const onNodesChange = (changes: NodeChange<CrewNode>[]) => {
    selectNodes(win, changes);
    const moved = withOthers(win, positionsIn(changes));
    if (moved.size === 0) return;
    if (active.current) follow(new Map([...at.current, ...moved]));
    else moveNodes(win, Object.fromEntries(moved), 'move by key');
  };
  const onStart = () => {
    active.current = true;
    endGesture(win);
  };
  const onStop = () => {
    active.current = false;
    const moved = at.current;
    if (moved.size > 0 && !assignedByDrag(win, moved)) moveNodes(win, Object.fromEntries(moved));
    follow(NOT_DRAGGED);
  };
  return { onNodesChange, onStart, onStop };
}

/** An agent that is dropped on a task is assigned to it, and stays at its position. */
function assignedByDrag(win: WindowState, moved: ReadonlyMap<string, Point>): boolean {
  const [only] = moved;
  const agent = only && keyParts(only[0]);
  if (moved.size !== 1 || !only || agent?.kind !== 'agent') return false;
  const [x, y] = only[1];
  const task = keyParts(nodeAt(win.document.getState().crew, { x: x + 20, y: y + 17 }, 'task') ?? '');
  if (!task) return false;
  assign(win, agent.name, task.name);
  return true;
}

function positionsIn(changes: readonly NodeChange<CrewNode>[]): Map<string, Point> {
  const moved = new Map<string, Point>();
  for (const change of changes) {
    if (change.type === 'position' && change.position) moved.set(change.id, [change.position.x, change.position.y]);
  }
  return moved;
}

/** The other selected nodes move too, including nodes that are only painted or out of sight. */
function withOthers(win: WindowState, moved: Map<string, Point>): Map<string, Point> {
  const { selection } = win.ui.getState();
  const [first] = moved;
  if (!first || !selection.includes(first[0])) return moved;
  const positions = nodePositions(win.document.getState().crew);
  const from = positions.get(first[0]);
  if (!from) return moved;
  const [dx, dy] = [first[1][0] - from[0], first[1][1] - from[1]];
  for (const key of selection) {
    const at = moved.has(key) ? undefined : positions.get(key);
    if (at) moved.set(key, [at[0] + dx, at[1] + dy]);
  }
  return moved;
}

function selectNodes(win: WindowState, changes: readonly NodeChange<CrewNode>[]): void {
  applySelection(
    win,
    changes.flatMap((change) => (change.type === 'select' ? [change] : [])),
  );
}

/** An edge is selected on its own: a box selects only nodes. */
export function selectEdges(win: WindowState, changes: readonly EdgeChange<CrewEdge>[]): void {
  const selects = changes.flatMap((change) => (change.type === 'select' ? [change] : []));
  const boxed = document.querySelector('.react-flow__selection') !== null;
  applySelection(
    win,
    selects.filter(({ selected }) => !(selected && boxed)),
  );
}

function applySelection(win: WindowState, changes: readonly { id: string; selected: boolean }[]): void {
  const chosen = new Set(win.ui.getState().selection);
  const news = changes.filter(({ id, selected }) => selected !== chosen.has(id));
  if (news.length === 0) return;
  // What the canvas does not show, such as a pool or a server, is never part of a selection on it.
  if (news.some(({ selected }) => selected)) for (const key of chosen) if (!isOnCanvas(key)) chosen.delete(key);
  for (const { id, selected } of news) {
    if (selected) chosen.add(id);
    else chosen.delete(id);
  }
  select(win, ...chosen);
}

function isOnCanvas(key: string): boolean {
  return /^(task|agent|edge):/.test(key);
}
