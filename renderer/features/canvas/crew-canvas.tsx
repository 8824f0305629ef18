import { type MouseEvent as ReactMouseEvent, useEffect, useState } from 'react';
import {
  Background,
  BackgroundVariant,
  ReactFlow,
  type ReactFlowProps,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
} from 'reactflow';
import { useDocument } from '../../state/document.ts';
import { select } from '../../state/ui.ts';
import { AgentNode } from './agent-node.tsx';
import './canvas.css';
import './edges.css';
import './nodes.css';
import './tools.css';
import { rememberPointer, setFlow, showAll } from '../../state/canvas/view.ts';
import { isLarge, MIN_ZOOM } from '../../state/canvas/viewport.ts';
import { useWindowState } from '../../state/window-state.ts';
import { ConnectionLine } from './connection-line.tsx';
import { CrewMinimap } from './crew-minimap.tsx';
import { AssignmentEdge, DependencyEdge } from './edges.tsx';
import { EmptyCanvas } from './empty-canvas.tsx';
import type { CrewEdge, CrewNode } from './graph.ts';
import { GroupNode } from './group-node.tsx';
import { NodeMenu } from './node-menu.tsx';
import { OtherCrewNote } from './other-crew-note.tsx';
import { OverviewEdges } from './overview/edge-layer.tsx';
import { NOT_DRAGGED } from './overview/edge-paths.ts';
import { OverviewNodes } from './overview/node-layer.tsx';
import { StaleNote } from './stale-note.tsx';
import { OverviewContext, TaskNode } from './task-node.tsx';
import { useConnecting } from './use-connecting.ts';
import { selectEdges, useDragging } from './use-dragging.ts';
import { useDropping } from './use-dropping.ts';
import { type NodeRendering, useGraph } from './use-graph.ts';
import { useNodeMenu } from './use-node-menu.ts';
import { usePaintedNodePointer } from './use-painted-node-pointer.ts';
import { useStayFitted } from './use-stay-fitted.ts';
import { ZoomTools } from './zoom-tools.tsx';

const NODE_TYPES = { task: TaskNode, agent: AgentNode, frame: GroupNode };
const EDGE_TYPES = { dependency: DependencyEdge, assignment: AssignmentEdge };
/** Up to this number of nodes, all are in the page; above it, only the visible nodes. */
const ALWAYS_MOUNTED = 200;
/** Below this zoom, names cannot be read. They are not drawn, so that a thousand nodes still move smoothly. */
const OVERVIEW_ZOOM = 0.35;

/** The canvas with the crew as a graph. */
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
        <EmptyCanvas />
      </ReactFlowProvider>
    </section>
  );
}

function Flow() {
  const win = useWindowState();
  const crew = useDocument((state) => state.crew);
  const isReadOnly = useDocument((state) => state.stashed !== null);
  const [dragged, setDragged] = useState(NOT_DRAGGED);
  const flow = useReactFlow();
  useEffect(() => setFlow(win, flow), [flow, win]);
  const isFarOut = useStore((state) => state.transform[2] < OVERVIEW_ZOOM);
  const isFitted = useFittedOnOpen();
  useStayFitted();
  const isMany = crew.tasks.length + crew.agents.length > ALWAYS_MOUNTED;
  // Before a newly opened crew is fitted, it is drawn as an overview: its edges would be created and dropped again.
  const isOverview = isMany && (isFarOut || !isFitted);
  const large = isLarge(crew);
  const drawing = drawingOf(large, isOverview);
  const { hovered, point, clicked } = usePaintedNodePointer(large && isOverview);
  const { nodes, edges, positions, selection, lit } = useGraph({ drawing, dragged, hovered });
  const dragging = useDragging(setDragged);
  const connecting = useConnecting();
  const dropping = useDropping();
  const { menu, openMenu, closeMenu } = useNodeMenu();
  const selectPainted = (event: ReactMouseEvent) => {
    const key = clicked(event);
    select(win, ...(key === null ? [] : [key]));
  };

  return (
    <OverviewContext value={isOverview}>
      <ReactFlow
        {...FLOW_SETTINGS}
        {...connecting}
        {...dropping}
        className={isFarOut ? 'overview' : ''}
        nodes={nodes}
        edges={edges}
        onNodesChange={dragging.onNodesChange}
        onEdgesChange={(changes) => selectEdges(win, changes)}
        onNodeDragStart={dragging.onStart}
        onNodeDragStop={dragging.onStop}
        onSelectionDragStart={dragging.onStart}
        onSelectionDragStop={dragging.onStop}
        onPaneClick={selectPainted}
        onPaneMouseMove={point}
        onNodeContextMenu={openMenu}
        nodesDraggable={!isReadOnly}
        nodesConnectable={!isReadOnly}
        onlyRenderVisibleElements={isMany}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--line)" />
        <CrewMinimap />
        {isOverview && <OverviewEdges crew={crew} positions={positions} dragged={dragged} lit={lit} />}
        {drawing === 'painted' && (
          <OverviewNodes crew={crew} positions={positions} dragged={dragged} chosen={selection} />
        )}
        <ZoomTools />
        <StaleNote />
        <OtherCrewNote />
        {menu && <NodeMenu place={menu} onClose={closeMenu} />}
      </ReactFlow>
    </OverviewContext>
  );
}

/** The settings of React Flow that never change. */
const FLOW_SETTINGS = {
  nodeTypes: NODE_TYPES,
  edgeTypes: EDGE_TYPES,
  connectionLineComponent: ConnectionLine,
  connectionRadius: 24,
  minZoom: MIN_ZOOM,
  maxZoom: 2,
  selectionMode: SelectionMode.Partial,
  multiSelectionKeyCode: ['Shift', 'Meta', 'Control'],
  deleteKeyCode: null,
  // Edges would all be tab stops before the first node. By keyboard, they are selected under "Depends on".
  edgesFocusable: false,
  nodeDragThreshold: 3,
  elevateNodesOnSelect: false,
  proOptions: { hideAttribution: true },
} satisfies ReactFlowProps<CrewNode, CrewEdge>;

/** Fits each opened crew to the view once. Returns whether the crew on screen has been fitted. */
function useFittedOnOpen(): boolean {
  const win = useWindowState();
  const opened = useDocument((state) => state.opened);
  const hasSize = useStore((state) => state.width > 0);
  const [fitted, setFitted] = useState(-1);
  useEffect(() => {
    if (!hasSize) return;
    return win.activities.inFrame('fitting', () => {
      showAll(win);
      setFitted(opened);
    });
  }, [opened, hasSize, win]);
  return fitted === opened;
}

function drawingOf(large: boolean, isOverview: boolean): NodeRendering {
  if (large) return isOverview ? 'painted' : 'sight';
  return isOverview ? 'nodes' : 'whole';
}
