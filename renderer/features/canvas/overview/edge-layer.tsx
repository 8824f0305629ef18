import { memo, useMemo } from 'react';
import { ViewportPortal } from 'reactflow';
import type { Crew } from '../../../../shared/crew/schema.ts';
import type { Point } from '../../../state/canvas/sizes.ts';
import { litPath, NOT_DRAGGED, partsOf, pathOf, touches } from './edge-paths.ts';

interface Props {
  crew: Crew;
  positions: ReadonlyMap<string, Point>;
  /** Positions of the nodes that are being dragged. */
  dragged: ReadonlyMap<string, Point>;
  /** The critical path, in order of time. */
  lit: readonly string[];
}

/**
 * The dependencies of a large crew in the overview, a few hundred tasks per path element: React would reconcile one
 * element per edge after every change. Assignments are not drawn.
 */
export const OverviewEdges = memo(function OverviewEdges({ crew, positions, dragged, lit }: Props) {
  const { tasks } = crew;
  const parts = useMemo(() => partsOf(tasks), [tasks]);
  const path = useMemo(() => litPath(crew, lit, positions, dragged), [crew, lit, positions, dragged]);
  return (
    <ViewportPortal>
      <svg className="overview-edges" aria-hidden="true">
        {parts.map((part) => (
          <Part
            key={part[0]?.name}
            tasks={part}
            positions={positions}
            dragged={touches(part, dragged) ? dragged : NOT_DRAGGED}
          />
        ))}
        <path d={path} className="lit" />
      </svg>
    </ViewportPortal>
  );
});

type PartProps = Pick<Props, 'positions' | 'dragged'> & { tasks: Crew['tasks'] };

const Part = memo(function Part({ tasks, positions, dragged }: PartProps) {
  return <path d={pathOf(tasks, positions, dragged)} />;
});
