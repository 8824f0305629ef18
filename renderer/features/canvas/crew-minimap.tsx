import { MiniMap, useStore } from 'reactflow';
import { hasMinimap } from '../../state/canvas/view.ts';
import { useDocument } from '../../state/document.ts';
import { STATE_COLOR } from '../../state/task-display-state.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import type { CrewNode } from './graph.ts';
import { displayStateOf } from './task-display-states.ts';

/** The minimap, if the canvas is wide enough for it, while some node is out of view. */
export function CrewMinimap() {
  const win = useWindowState();
  const crew = useDocument((state) => state.crew);
  const isShown = useStore(({ transform, width, height }) => hasMinimap(crew, transform, width, height));
  if (!isShown) return null;
  return (
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
  );
}

function miniColor(win: WindowState, node: CrewNode): string {
  if (node.type === 'frame') return 'transparent';
  if (node.type === 'agent') return 'var(--line-strong)';
  return STATE_COLOR[displayStateOf(win.run.getState().state, node.data.name)];
}
