import { useEffect, useMemo, useRef } from 'react';
import { useStoreApi } from 'reactflow';
import type { Project } from '../../shared/project/schema.ts';
import { useRun } from '../store/run.ts';
import { type FarDrawing, FarPainter } from './far-painter.ts';
import { farNodes } from './paint-far.ts';
import type { Point } from './sizes.ts';

type Props = Omit<FarDrawing, 'nodes'> & { project: Project; places: ReadonlyMap<string, Point> };

/** All nodes of a large crew in one picture: so many elements would cost a page their walk after each change. */
export function FarNodes({ project, places, dragged, chosen }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<FarPainter | null>(null);
  const flow = useStoreApi();
  const nodes = useMemo(() => farNodes(project, places), [project, places]);
  useEffect(() => {
    if (!canvas.current) return;
    const made = new FarPainter(canvas.current, flow.getState);
    painter.current = made;
    const ends = [flow.subscribe(() => made.viewChanged()), useRun.subscribe(() => made.runChanged())];
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    const onTheme = () => made.themeChanged();
    scheme.addEventListener('change', onTheme);
    return () => {
      for (const end of ends) end();
      scheme.removeEventListener('change', onTheme);
      made.stop();
      painter.current = null;
    };
  }, [flow]);
  useEffect(() => painter.current?.draw({ nodes, dragged, chosen }), [nodes, dragged, chosen]);
  return <canvas ref={canvas} className="far-nodes" role="img" aria-label="All nodes, seen from afar" />;
}
