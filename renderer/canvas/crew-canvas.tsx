import {
  type DragEvent,
  type MouseEvent as ReactMouseEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import {
  Background,
  BackgroundVariant,
  type Connection,
  type EdgeChange,
  MiniMap,
  type NodeChange,
  type OnConnectEnd,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
} from 'reactflow';
import { assign, moveNodes } from '../commands/project-edits.ts';
import { DRAG_TYPE, draggedIn } from '../library/dragged.ts';
import { endGesture, useDocument } from '../store/document.ts';
import { useRun } from '../store/run.ts';
import { LOOK_COLOR } from '../store/task-look.ts';
import { keyParts, select, useUi } from '../store/ui.ts';
import { AgentNode } from './agent-node.tsx';
import './canvas.css';
import './edges.css';
import './nodes.css';
import './tools.css';
import { join, refusal } from './connecting.ts';
import { ConnectionLine } from './connection-line.tsx';
import { drop } from './dropping.ts';
import { AssignmentEdge, DependencyEdge } from './edges.tsx';
import { EmptyCanvas } from './empty-canvas.tsx';
import { FarEdges } from './far-edges.tsx';
import { type CrewEdge, type CrewNode, edgesOf, nodesOf } from './graph.ts';
import { GroupNode } from './group-node.tsx';
import { nodeAt } from './hit.ts';
import { giversText, lookOf, looksText } from './looks.ts';
import { type MenuPlace, NodeMenu } from './node-menu.tsx';
import { placesOf } from './places.ts';
import type { Point } from './sizes.ts';
import { StaleNote } from './stale-note.tsx';
import { ColorAlone, TaskNode } from './task-node.tsx';
import { useLit } from './use-lit.ts';
import { useOfRun } from './use-of-run.ts';
import { holdFlow, showAll } from './view.ts';
import { ZoomTools } from './zoom-tools.tsx';

const NODE_TYPES = { task: TaskNode, agent: AgentNode, frame: GroupNode };
const EDGE_TYPES = { dependency: DependencyEdge, assignment: AssignmentEdge };
/** Up to so many nodes are always in the page; above that only those in sight. */
const ALWAYS_MOUNTED = 200;
/** The map of more nodes than these shows nothing that the canvas does not. */
const MAPPED = 1000;
/** Below this zoom names cannot be read: they are not drawn, so that a thousand nodes still move smoothly. */
const FAR = 0.35;
const NO_EDGES: CrewEdge[] = [];
const NOT_DRAGGED: ReadonlyMap<string, Point> = new Map();

export function CrewCanvas() {
  return (
    <section aria-label="Crew canvas" className="crew-canvas">
      <ReactFlowProvider>
        <Flow />
      </ReactFlowProvider>
      <EmptyCanvas />
    </section>
  );
}

function Flow() {
  const project = useDocument((state) => state.project);
  const opened = useDocument((state) => state.opened);
  const [moved, setMoved] = useState(NOT_DRAGGED);
  const { nodes, edges } = useGraph(moved);
  const flow = useReactFlow();
  const { screenToFlowPosition } = flow;
  useEffect(() => holdFlow(flow), [flow]);
  const dragging = useDragging(setMoved);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const far = useStore((state) => state.transform[2] < FAR);
  const [fitted, setFitted] = useState(-1);
  // What has just been opened is seen from afar before it has been fitted, lest all its lines are made and dropped again.
  const colorAlone = nodes.length > ALWAYS_MOUNTED && (far || fitted !== opened);

  // Each opened crew is fitted to the view once.
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      showAll();
      setFitted(opened);
    });
    return () => cancelAnimationFrame(frame);
  }, [opened]);

  const isValidConnection = useCallback(
    ({ source, target }: Connection | CrewEdge) => refusal(project, source, target) === null,
    [project],
  );
  const onDrop = (event: DragEvent) => {
    const dragged = draggedIn(event);
    if (!dragged) return;
    event.preventDefault();
    drop(project, dragged, screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  };
  const onConnectEnd: OnConnectEnd = (event, { fromNode, fromHandle, toNode, to }) => {
    // Let go over a node rather than over its handle.
    if (!fromNode || toNode || !to) return;
    const over = nodeAt(project, screenToFlowPosition(pointerOf(event) ?? to));
    if (over === null || over === fromNode.id) return;
    if (fromHandle?.type === 'target') join(project, over, fromNode.id);
    else join(project, fromNode.id, over);
  };

  return (
    <ColorAlone value={colorAlone}>
      <ReactFlow
        className={far ? 'far' : ''}
        nodes={nodes}
        edges={colorAlone ? NO_EDGES : edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={dragging.onNodesChange}
        onEdgesChange={selectEdges}
        onNodeDragStart={dragging.onStart}
        onNodeDragStop={dragging.onStop}
        onSelectionDragStart={dragging.onStart}
        onSelectionDragStop={dragging.onStop}
        onPaneClick={() => select()}
        onNodeContextMenu={(event, node) => {
          event.preventDefault();
          if (node.type !== 'task') return;
          if (!useUi.getState().selection.includes(node.id)) select(node.id);
          setMenu({ task: node.data.name, ...placeOf(event) });
        }}
        onConnect={({ source, target }) => join(project, source, target)}
        onConnectEnd={onConnectEnd}
        isValidConnection={isValidConnection}
        connectionLineComponent={ConnectionLine}
        connectionRadius={24}
        onDragOver={(event) => {
          if (event.dataTransfer.types.includes(DRAG_TYPE)) event.preventDefault();
        }}
        onDrop={onDrop}
        minZoom={0.05}
        maxZoom={2}
        selectionMode={SelectionMode.Partial}
        multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
        deleteKeyCode={null}
        // Lines would all be tab stops before the first node; by keyboard they are chosen under "Depends on".
        edgesFocusable={false}
        nodeDragThreshold={3}
        elevateNodesOnSelect={false}
        onlyRenderVisibleElements={nodes.length > ALWAYS_MOUNTED}
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--line)" />
        {nodes.length > 0 && nodes.length <= MAPPED && (
          <MiniMap
            pannable
            zoomable
            ariaLabel="Map of the crew"
            nodeColor={miniColor}
            nodeStrokeWidth={0}
            nodeBorderRadius={8}
            maskColor="var(--map-mask)"
            bgColor="var(--panel)"
            style={{ width: 136, height: 80 }}
          />
        )}
        {colorAlone && <FarEdges nodes={nodes} edges={edges} />}
        <ZoomTools />
        <StaleNote />
        {menu && <NodeMenu place={menu} onClose={() => setMenu(null)} />}
      </ReactFlow>
    </ColorAlone>
  );
}

/** Nodes and edges of the crew as it is drawn, with the states of the shown run. */
function useGraph(dragged: ReadonlyMap<string, Point>): { nodes: CrewNode[]; edges: CrewEdge[] } {
  const project = useDocument((state) => state.project);
  const chosen = useUi((state) => state.selection);
  const looks = useOfRun(project, looksText);
  const givers = useOfRun(project, giversText);
  const lit = useLit();
  const before = useRef<ReadonlyMap<string, CrewNode>>(new Map());
  const selection = useMemo(() => new Set(chosen), [chosen]);
  const places = useMemo(() => placesOf(project), [project]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the run is folded in place, `looks` tells what it changed
  const nodes = useMemo(() => {
    const { state } = useRun.getState();
    const made = nodesOf({ project, places, dragged, state, selection }, before.current);
    before.current = new Map(made.map((node) => [node.id, node]));
    return made;
  }, [project, places, dragged, selection, looks]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the run is folded in place, `givers` tells what it changed
  const edges = useMemo(
    () => edgesOf(project, useRun.getState().state, selection, lit),
    [project, selection, lit, givers],
  );
  return { nodes, edges };
}

/** Nodes follow the pointer here, and are moved in the crew once, when they are let go. */
function useDragging(setDragged: (at: ReadonlyMap<string, Point>) => void) {
  const active = useRef(false);
  const at = useRef(NOT_DRAGGED);
  const follow = (moved: ReadonlyMap<string, Point>) => {
    at.current = moved;
    setDragged(moved);
  };
  const onNodesChange = (changes: NodeChange<CrewNode>[]) => {
    selectNodes(changes);
    const moved = positionsIn(changes);
    if (moved.size === 0) return;
    if (active.current) follow(new Map([...at.current, ...moved]));
    else moveNodes(Object.fromEntries(moved), 'move by key');
  };
  const onStart = () => {
    active.current = true;
    endGesture();
  };
  const onStop = () => {
    active.current = false;
    const moved = at.current;
    if (moved.size > 0 && !assignedByDrag(moved)) moveNodes(Object.fromEntries(moved));
    follow(NOT_DRAGGED);
  };
  return { onNodesChange, onStart, onStop };
}

/** One agent let go on a task is given the task, and stays where it was. */
function assignedByDrag(moved: ReadonlyMap<string, Point>): boolean {
  const [only] = moved;
  const agent = only && keyParts(only[0]);
  if (moved.size !== 1 || !only || agent?.kind !== 'agent') return false;
  const [x, y] = only[1];
  const task = keyParts(nodeAt(useDocument.getState().project, { x: x + 20, y: y + 17 }, 'task') ?? '');
  if (!task) return false;
  assign(agent.name, task.name);
  return true;
}

function positionsIn(changes: readonly NodeChange<CrewNode>[]): Map<string, Point> {
  const moved = new Map<string, Point>();
  for (const change of changes) {
    if (change.type === 'position' && change.position) moved.set(change.id, [change.position.x, change.position.y]);
  }
  return moved;
}

function selectNodes(changes: readonly NodeChange<CrewNode>[]): void {
  applySelection(changes.flatMap((change) => (change.type === 'select' ? [change] : [])));
}

/** A line is chosen by itself: a box around nodes means the nodes alone. */
function selectEdges(changes: readonly EdgeChange<CrewEdge>[]): void {
  const selects = changes.flatMap((change) => (change.type === 'select' ? [change] : []));
  const boxed = document.querySelector('.react-flow__selection') !== null;
  applySelection(selects.filter(({ selected }) => !(selected && boxed)));
}

function applySelection(changes: readonly { id: string; selected: boolean }[]): void {
  if (changes.length === 0) return;
  const { selection } = useUi.getState();
  const off = new Set(changes.flatMap(({ id, selected }) => (selected ? [] : [id])));
  const on = changes.flatMap(({ id, selected }) => (selected && !selection.includes(id) ? [id] : []));
  select(...selection.filter((key) => !off.has(key)), ...on);
}

function pointerOf(event: MouseEvent | TouchEvent): { x: number; y: number } | null {
  const point = 'clientX' in event ? event : event.changedTouches[0];
  return point ? { x: point.clientX, y: point.clientY } : null;
}

/** Where a menu opens: at the pointer, or under the node where a key asked for it. */
function placeOf({ clientX, clientY, currentTarget }: ReactMouseEvent): { x: number; y: number } {
  if (clientX !== 0 || clientY !== 0) return { x: clientX, y: clientY };
  const { left, bottom } = currentTarget.getBoundingClientRect();
  return { x: left, y: bottom };
}

function miniColor(node: CrewNode): string {
  if (node.type === 'frame') return 'transparent';
  if (node.type === 'agent') return 'var(--line-strong)';
  return LOOK_COLOR[lookOf(useRun.getState().state, node.data.name)];
}
