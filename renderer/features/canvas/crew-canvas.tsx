import { type DragEvent, type MouseEvent as ReactMouseEvent, useCallback, useEffect, useState } from 'react';
import {
  Background,
  BackgroundVariant,
  type Connection,
  MiniMap,
  type OnConnectEnd,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
} from 'reactflow';
import { DRAG_TYPE, draggedIn } from '../../base/dragged.ts';
import { useDocument } from '../../state/document.ts';
import { STATE_COLOR } from '../../state/task-display-state.ts';
import { select } from '../../state/ui.ts';
import { AgentNode } from './agent-node.tsx';
import './canvas.css';
import './edges.css';
import './nodes.css';
import './tools.css';
import { hasMinimap, MIN_ZOOM, rememberPointer, setFlow, showAll } from '../../state/canvas/view.ts';
import { isLarge } from '../../state/canvas/viewport.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import { connect, connectionError } from './connection.ts';
import { ConnectionLine } from './connection-line.tsx';
import { drop } from './drop.ts';
import { AssignmentEdge, DependencyEdge } from './edges.tsx';
import { EmptyCanvas } from './empty-canvas.tsx';
import type { CrewEdge, CrewNode } from './graph.ts';
import { GroupNode } from './group-node.tsx';
import { nodeAt } from './node-at.ts';
import { NodeMenu, type NodeMenuTarget } from './node-menu.tsx';
import { OtherCrewNote } from './other-crew-note.tsx';
import { OverviewEdges } from './overview/edge-layer.tsx';
import { NOT_DRAGGED } from './overview/edge-paths.ts';
import { OverviewNodes } from './overview/node-layer.tsx';
import { StaleNote } from './stale-note.tsx';
import { displayStateOf } from './task-display-states.ts';
import { OverviewContext, TaskNode } from './task-node.tsx';
import { selectEdges, useDragging } from './use-dragging.ts';
import { type NodeRendering, useGraph } from './use-graph.ts';
import { usePaintedNodePointer } from './use-painted-node-pointer.ts';
import { useStayFitted } from './use-stay-fitted.ts';
import { ZoomTools } from './zoom-tools.tsx';

const NODE_TYPES = { task: TaskNode, agent: AgentNode, frame: GroupNode };
const EDGE_TYPES = { dependency: DependencyEdge, assignment: AssignmentEdge };
/** Up to this number of nodes, all are in the page; above it, only the visible nodes. */
const ALWAYS_MOUNTED = 200;
/** Below this zoom, names cannot be read. They are not drawn, so that a thousand nodes still move smoothly. */
const OVERVIEW_ZOOM = 0.35;

export function CrewCanvas() {
  const win = useWindowState();
  return (
    <section
      aria-label="Crew canvas"
      className="crew-canvas"
      data-keys="crew"
      onPointerMove={(at) => rememberPointer(win, at)}
      onPointerLeave={() => rememberPointer(win, null)}
    >
      <ReactFlowProvider>
        <Flow />
      </ReactFlowProvider>
      <EmptyCanvas />
    </section>
  );
}

function Flow() {
  const win = useWindowState();
  const crew = useDocument((state) => state.crew);
  const opened = useDocument((state) => state.opened);
  const isReadOnly = useDocument((state) => state.stashed !== null);
  const [moved, setMoved] = useState(NOT_DRAGGED);
  const flow = useReactFlow();
  const { screenToFlowPosition } = flow;
  useEffect(() => setFlow(win, flow), [flow, win]);
  const dragging = useDragging(setMoved);
  const [menu, setMenu] = useState<NodeMenuTarget | null>(null);
  const isFarOut = useStore((state) => state.transform[2] < OVERVIEW_ZOOM);
  const sized = useStore((state) => state.width > 0);
  const mapped = useStore((state) => hasMinimap(crew, state.width));
  const [fitted, setFitted] = useState(-1);
  const count = crew.tasks.length + crew.agents.length;
  // Before a newly opened crew is fitted, it is drawn as an overview: its edges would be created and dropped again.
  const isOverview = count > ALWAYS_MOUNTED && (isFarOut || fitted !== opened);
  const large = isLarge(crew);
  const { hovered, point, clicked } = usePaintedNodePointer(large && isOverview);
  const drawing = drawingOf(large, isOverview);
  const { nodes, edges, positions, selection, lit } = useGraph({ drawing, dragged: moved, hovered: hovered });

  // Each opened crew is fitted to the view once.
  useEffect(() => {
    if (!sized) return;
    const frame = requestAnimationFrame(() => {
      showAll(win);
      setFitted(opened);
    });
    return () => cancelAnimationFrame(frame);
  }, [opened, sized, win]);

  useStayFitted();

  const isValidConnection = useCallback(
    ({ source, target }: Connection | CrewEdge) => connectionError(crew, source, target) === null,
    [crew],
  );
  const onDrop = (event: DragEvent) => {
    const dragged = draggedIn(event);
    if (!dragged || isReadOnly) return;
    event.preventDefault();
    drop(win, crew, dragged, screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  };
  const onConnectEnd: OnConnectEnd = (event, { fromNode, fromHandle, toNode, to }) => {
    // The connection was dropped on a node, not on its handle.
    if (!fromNode || toNode || !to) return;
    const over = nodeAt(crew, screenToFlowPosition(pointerOf(event) ?? to));
    if (over === null || over === fromNode.id) return;
    if (fromHandle?.type === 'target') connect(win, crew, over, fromNode.id);
    else connect(win, crew, fromNode.id, over);
  };

  return (
    <OverviewContext value={isOverview}>
      <ReactFlow
        className={isFarOut ? 'overview' : ''}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={dragging.onNodesChange}
        onEdgesChange={(changes) => selectEdges(win, changes)}
        onNodeDragStart={dragging.onStart}
        onNodeDragStop={dragging.onStop}
        onSelectionDragStart={dragging.onStart}
        onSelectionDragStop={dragging.onStop}
        onPaneClick={(event) => {
          const key = clicked(event);
          select(win, ...(key === null ? [] : [key]));
        }}
        onPaneMouseMove={point}
        onNodeContextMenu={(event, node) => {
          event.preventDefault();
          if (node.type !== 'task' || isReadOnly) return;
          if (!win.ui.getState().selection.includes(node.id)) select(win, node.id);
          setMenu({ task: node.data.name, ...menuPosition(event) });
        }}
        onConnect={({ source, target }) => connect(win, crew, source, target)}
        onConnectEnd={onConnectEnd}
        isValidConnection={isValidConnection}
        connectionLineComponent={ConnectionLine}
        connectionRadius={24}
        onDragOver={(event) => {
          if (event.dataTransfer.types.includes(DRAG_TYPE)) event.preventDefault();
        }}
        onDrop={onDrop}
        minZoom={MIN_ZOOM}
        maxZoom={2}
        selectionMode={SelectionMode.Partial}
        multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
        deleteKeyCode={null}
        nodesDraggable={!isReadOnly}
        nodesConnectable={!isReadOnly}
        // Edges would all be tab stops before the first node. By keyboard, they are selected under "Depends on".
        edgesFocusable={false}
        nodeDragThreshold={3}
        elevateNodesOnSelect={false}
        onlyRenderVisibleElements={count > ALWAYS_MOUNTED}
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--line)" />
        {mapped && (
          <MiniMap
            pannable
            zoomable
            ariaLabel="Minimap"
            nodeColor={(node: CrewNode) => miniColor(win, node)}
            nodeStrokeWidth={0}
            nodeBorderRadius={8}
            maskColor="var(--map-mask)"
            bgColor="var(--panel)"
            style={{ width: 136, height: 80 }}
          />
        )}
        {isOverview && <OverviewEdges crew={crew} positions={positions} dragged={moved} lit={lit} />}
        {drawing === 'painted' && (
          <OverviewNodes crew={crew} positions={positions} dragged={moved} chosen={selection} />
        )}
        <ZoomTools />
        <StaleNote />
        <OtherCrewNote />
        {menu && <NodeMenu place={menu} onClose={() => setMenu(null)} />}
      </ReactFlow>
    </OverviewContext>
  );
}

function drawingOf(large: boolean, isOverview: boolean): NodeRendering {
  if (large) return isOverview ? 'painted' : 'sight';
  return isOverview ? 'nodes' : 'whole';
}

function pointerOf(event: MouseEvent | TouchEvent): { x: number; y: number } | null {
  const point = 'clientX' in event ? event : event.changedTouches[0];
  return point ? { x: point.clientX, y: point.clientY } : null;
}

/** Where a menu opens: at the pointer, or below the node if a key opened it. */
function menuPosition({ clientX, clientY, currentTarget }: ReactMouseEvent): { x: number; y: number } {
  if (clientX !== 0 || clientY !== 0) return { x: clientX, y: clientY };
  const { left, bottom } = currentTarget.getBoundingClientRect();
  return { x: left, y: bottom };
}

function miniColor(win: WindowState, node: CrewNode): string {
  if (node.type === 'frame') return 'transparent';
  if (node.type === 'agent') return 'var(--line-strong)';
  return STATE_COLOR[displayStateOf(win.run.getState().state, node.data.name)];
}
