import { memo } from 'react';
import { BaseEdge, type EdgeProps, getBezierPath, getStraightPath, Position, useInternalNode } from 'reactflow';
import { agentColor } from '../../base/agent-color.ts';
import { type Box, boxOf } from '../../state/canvas/sizes.ts';
import { useDocument } from '../../state/document.ts';
import type { Branch } from './graph.ts';

type Props = EdgeProps & { data?: { agent?: string | null; branch?: Branch | null } };

function useBox(id: string): Box | null {
  const at = useInternalNode(id)?.internals.positionAbsolute;
  return at ? boxOf(id, [at.x, at.y]) : null;
}

export const DependencyEdge = memo(function DependencyEdge(props: Props) {
  const { id, source, target, data, markerEnd, interactionWidth } = props;
  const from = useBox(source);
  const to = useBox(target);
  if (!from || !to) return null;
  const [path, x, y] = getBezierPath(ends(from, to));
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        {...(markerEnd === undefined ? {} : { markerEnd })}
        interactionWidth={interactionWidth ?? 14}
      />
      {data?.branch && <Diamond x={x} y={y} label={data.branch.label} />}
    </>
  );
});

const DIAMOND = 6;

/** Marks an edge that a choice or a condition decides about. */
function Diamond({ x, y, label }: { x: number; y: number; label: string }) {
  const shape = `M ${x - DIAMOND} ${y} L ${x} ${y - DIAMOND} L ${x + DIAMOND} ${y} L ${x} ${y + DIAMOND} Z`;
  return (
    <>
      <path className="branch" d={shape}>
        <title>{label}</title>
      </path>
      <text className="branch-label" x={x} y={y - DIAMOND - 4} textAnchor="middle" aria-hidden>
        {shortLabel(label)}
      </text>
    </>
  );
}

const LABEL_CHARACTERS = 12;

/** A label that fits between two nodes. The title of the diamond has all of it. */
function shortLabel(label: string): string {
  const characters = [...label];
  return characters.length <= LABEL_CHARACTERS ? label : `${characters.slice(0, LABEL_CHARACTERS - 1).join('')}…`;
}

export const AssignmentEdge = memo(function AssignmentEdge({ id, source, target, data, selected }: Props) {
  const from = useBox(source);
  const to = useBox(target);
  const color = useDocument(({ crew }) => agentColor(crew, data?.agent));
  if (!from || !to) return null;
  const line = ends(from, to);
  const [path] = line.sourcePosition === Position.Right ? getBezierPath(line) : getStraightPath(line);
  return <BaseEdge id={id} path={path} style={selected ? {} : { stroke: color }} interactionWidth={10} />;
});

/** The edge of a dependency between two nodes. */
export function dependencyPath(from: Box, to: Box): string {
  return getBezierPath(ends(from, to))[0];
}

/** From the right side to the left side. For nodes in one column, between the two closest sides. */
function ends(from: Box, to: Box) {
  const apart = to.x >= from.x + from.width || to.x + to.width <= from.x;
  if (apart) {
    return {
      sourceX: from.x + from.width,
      sourceY: from.y + from.height / 2,
      sourcePosition: Position.Right,
      targetX: to.x,
      targetY: to.y + to.height / 2,
      targetPosition: Position.Left,
    };
  }
  const down = to.y >= from.y;
  const left = Math.max(from.x, to.x);
  const right = Math.min(from.x + from.width, to.x + to.width);
  const x = (left + right) / 2;
  return {
    sourceX: x,
    sourceY: down ? from.y + from.height : from.y,
    sourcePosition: down ? Position.Bottom : Position.Top,
    targetX: x,
    targetY: down ? to.y : to.y + to.height,
    targetPosition: down ? Position.Top : Position.Bottom,
  };
}
