import { type MouseEvent as ReactMouseEvent, useState } from 'react';
import { useDocument } from '../../state/document.ts';
import { select } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';
import type { CrewNode } from './graph.ts';
import type { NodeMenuTarget } from './node-menu.tsx';

/** The menu of a task on the canvas. Opening it selects the task. */
export function useNodeMenu() {
  const win = useWindowState();
  const isReadOnly = useDocument((state) => state.stashed !== null);
  const [menu, setMenu] = useState<NodeMenuTarget | null>(null);
  const openMenu = (event: ReactMouseEvent, node: CrewNode) => {
    event.preventDefault();
    if (node.type !== 'task' || isReadOnly) return;
    if (!win.ui.getState().selection.includes(node.id)) select(win, node.id);
    setMenu({ task: node.data.name, ...menuPosition(event) });
  };
  return { menu, openMenu, closeMenu: () => setMenu(null) };
}

/** Where a menu opens: at the pointer, or below the node if a key opened it. */
function menuPosition({ clientX, clientY, currentTarget }: ReactMouseEvent): { x: number; y: number } {
  if (clientX !== 0 || clientY !== 0) return { x: clientX, y: clientY };
  const { left, bottom } = currentTarget.getBoundingClientRect();
  return { x: left, y: bottom };
}
