import type { DragEvent } from 'react';
import { useReactFlow } from 'reactflow';
import { DRAG_TYPE, draggedIn } from '../../base/dragged.ts';
import { useDocument } from '../../state/document.ts';
import { useWindowState } from '../../state/window-state.ts';
import { drop } from './drop.ts';

/** The canvas's handlers for an entry of the library that is dragged onto it. */
export function useDropping() {
  const win = useWindowState();
  const crew = useDocument((state) => state.crew);
  const isReadOnly = useDocument((state) => state.stashed !== null);
  const { screenToFlowPosition } = useReactFlow();
  const onDragOver = (event: DragEvent) => {
    if (event.dataTransfer.types.includes(DRAG_TYPE)) event.preventDefault();
  };
  const onDrop = (event: DragEvent) => {
    const dragged = draggedIn(event);
    if (!dragged || isReadOnly) return;
    event.preventDefault();
    drop(win, crew, dragged, screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  };
  return { onDragOver, onDrop };
}
