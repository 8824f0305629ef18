import { memo, useMemo } from 'react';
import { ViewportPortal } from 'reactflow';
import { dependencyPath } from './edges.tsx';
import type { CrewEdge, CrewNode } from './graph.ts';
import { boxOf } from './sizes.ts';

/**
 * The dependencies of a large crew seen from afar: two drawings, of those on the critical path and of the others. As lines
 * of their own, each of them would be asked after every change what it has become.
 */
export const FarEdges = memo(function FarEdges({ nodes, edges }: { nodes: CrewNode[]; edges: CrewEdge[] }) {
  const spots = nodes.map(({ id, position }) => `${id} ${position.x} ${position.y}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `spots` tells all that matters of the nodes
  const [lit, plain] = useMemo(() => drawingsOf(nodes, edges), [spots, edges]);
  return (
    <ViewportPortal>
      <svg className="far-edges" aria-hidden="true">
        <path d={plain} />
        <path d={lit} className="lit" />
      </svg>
    </ViewportPortal>
  );
});

function drawingsOf(nodes: readonly CrewNode[], edges: readonly CrewEdge[]): [lit: string, plain: string] {
  const boxes = new Map(nodes.map(({ id, position }) => [id, boxOf(id, [position.x, position.y])]));
  const lit: string[] = [];
  const plain: string[] = [];
  for (const { type, source, target, className } of edges) {
    const from = boxes.get(source);
    const to = boxes.get(target);
    // Who does what is not drawn from afar.
    if (type !== 'dependency' || !from || !to) continue;
    (className === 'lit' ? lit : plain).push(dependencyPath(from, to));
  }
  return [lit.join(''), plain.join('')];
}
