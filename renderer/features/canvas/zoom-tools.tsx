import { Panel, useStore } from 'reactflow';
import { Icon } from '../../base/icons.tsx';
import { fitView, zoomBy } from '../../state/canvas/view.ts';
import { useUi } from '../../state/ui.ts';
import { useWindowState } from '../../state/window-state.ts';

/** The buttons that zoom and fit the canvas and highlight the critical path. */
export function ZoomTools() {
  const win = useWindowState();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  const lit = useUi((state) => state.criticalPath);
  return (
    <Panel position="bottom-left" className="zoom-tools">
      <button type="button" aria-label="Zoom in" title="Zoom in" onClick={() => zoomBy(win, 1)}>
        <Icon name="plus" />
      </button>
      <button type="button" aria-label="Zoom out" title="Zoom out" onClick={() => zoomBy(win, -1)}>
        <Icon name="minus" />
      </button>
      <button type="button" aria-label="Zoom to fit" title="Zoom to fit" onClick={() => fitView(win)}>
        <Icon name="fit" />
      </button>
      <button
        type="button"
        aria-label="Highlight critical path"
        title="Highlight critical path"
        aria-pressed={lit}
        onClick={() => win.ui.setState({ criticalPath: !lit })}
      >
        <Icon name="path" />
      </button>
      <span className="num">{zoom}%</span>
    </Panel>
  );
}
