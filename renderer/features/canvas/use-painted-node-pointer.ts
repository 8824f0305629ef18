import { type MouseEvent, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { useReactFlow, useStoreApi } from 'reactflow';
import { nodePositions } from '../../state/canvas/node-positions.ts';
import { keysIn, onCanvas } from '../../state/canvas/viewport.ts';
import { select } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import { nodeAt } from './node-at.ts';

/**
 * Pointer access to painted nodes. The node under the pointer is mounted before it can be pressed, so that selecting,
 * dragging and its menu work as for any other node. A box selects the painted nodes in it.
 */
export function usePaintedNodePointer(active: boolean) {
  const win = useWindowState();
  const [hovered, setHovered] = useState<string | null>(null);
  const { screenToFlowPosition } = useReactFlow();
  useBoxes(active);
  const keyAt = ({ clientX, clientY }: MouseEvent): string | null =>
    nodeAt(win.document.getState().crew, screenToFlowPosition({ x: clientX, y: clientY }));

  const point = (event: MouseEvent) => {
    if (!active || event.buttons !== 0) return;
    const key = keyAt(event);
    // Immediately: the next event may be the press.
    if (key !== hovered) flushSync(() => setHovered(key));
  };
  /** The painted node under a click that no pointer move preceded. */
  const clicked = (event: MouseEvent) => (active ? keyAt(event) : null);
  return { hovered: active ? hovered : null, point, clicked };
}

function useBoxes(active: boolean): void {
  const win = useWindowState();
  const flow = useStoreApi();
  useEffect(() => {
    if (!active) return;
    return flow.subscribe(({ userSelectionRect: box, transform }, before) => {
      if (!box || box === before.userSelectionRect || box.width + box.height === 0) return;
      const keys = keysIn(nodePositions(win.document.getState().crew), onCanvas(transform, box));
      const { selection } = win.ui.getState();
      const isOther = keys.length !== selection.length || keys.some((key, at) => key !== selection[at]);
      if (isOther) select(win, ...keys);
    });
  }, [active, flow, win.ui.getState, win]);
}
