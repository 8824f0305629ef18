import { useCallback } from 'react';
import { type Connection, type OnConnectEnd, useReactFlow } from 'reactflow';
import { useDocument } from '../../state/document.ts';
import { useWindowState } from '../../state/window-state.ts';
import { connect, connectionError } from './connection.ts';
import type { CrewEdge } from './graph.ts';
import { nodeAt } from './node-at.ts';

/** React Flow's handlers for a connection that a person draws from a handle to another node or its handle. */
export function useConnecting() {
  const win = useWindowState();
  const crew = useDocument((state) => state.crew);
  const { screenToFlowPosition } = useReactFlow();
  const isValidConnection = useCallback(
    ({ source, target }: Connection | CrewEdge) => connectionError(crew, source, target) === null,
    [crew],
  );
  const onConnect = ({ source, target }: Connection) => connect(win, crew, source, target);
  const onConnectEnd: OnConnectEnd = (event, { fromNode, fromHandle, toNode, to }) => {
    // The connection was dropped on a node, not on its handle.
    if (!fromNode || toNode || !to) return;
    const over = nodeAt(crew, screenToFlowPosition(pointerOf(event) ?? to));
    if (over === null || over === fromNode.id) return;
    if (fromHandle?.type === 'target') connect(win, crew, over, fromNode.id);
    else connect(win, crew, fromNode.id, over);
  };
  return { isValidConnection, onConnect, onConnectEnd };
}

function pointerOf(event: MouseEvent | TouchEvent): { x: number; y: number } | null {
  const point = 'clientX' in event ? event : event.changedTouches[0];
  return point ? { x: point.clientX, y: point.clientY } : null;
}
