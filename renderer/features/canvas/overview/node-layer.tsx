import { useEffect, useMemo, useRef } from 'react';
import { useStoreApi } from 'reactflow';
import type { Crew } from '../../../../shared/crew/schema.ts';
import type { Point } from '../../../state/canvas/sizes.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { overviewNodes } from './paint-nodes.ts';
import { type OverviewInput, OverviewPainter } from './painter.ts';

type Props = Omit<OverviewInput, 'nodes'> & { crew: Crew; positions: ReadonlyMap<string, Point> };

/** All nodes of a large crew on one canvas element: as elements, each would be reconciled after every change. */
export function OverviewNodes({ crew, positions, dragged, chosen }: Props) {
  const win = useWindowState();
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<OverviewPainter | null>(null);
  const flow = useStoreApi();
  const nodes = useMemo(() => overviewNodes(crew, positions), [crew, positions]);
  useEffect(() => {
    if (!canvas.current) return;
    const made = new OverviewPainter(canvas.current, flow.getState, win.run, win.activities);
    painter.current = made;
    const ends = [flow.subscribe(() => made.viewChanged()), win.run.subscribe(() => made.runChanged())];
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    const onTheme = () => made.themeChanged();
    scheme.addEventListener('change', onTheme);
    return () => {
      for (const end of ends) end();
      scheme.removeEventListener('change', onTheme);
      made.stop();
      painter.current = null;
    };
  }, [flow, win]);
  useEffect(() => painter.current?.draw({ nodes, dragged, chosen }), [nodes, dragged, chosen]);
  return <canvas ref={canvas} className="overview-nodes" role="img" aria-label="Overview of all nodes" />;
}
