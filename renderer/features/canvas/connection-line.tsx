import { type ConnectionLineComponentProps, getBezierPath, useStore } from 'reactflow';
import { useDocument } from '../../state/document.ts';
import { connectionError } from './connection.ts';
import { nodeAt } from './node-at.ts';

const HINT = { width: 340, height: 72 };

/** The connection that is being drawn. Over a node that it cannot connect to, it is red and shows the reason. */
export function ConnectionLine(props: ConnectionLineComponentProps) {
  const { fromNode, fromHandle, fromX, fromY, toX, toY, fromPosition, toPosition, toNode } = props;
  const crew = useDocument((state) => state.crew);
  const zoom = useStore((state) => state.transform[2]);
  const over = toNode?.id ?? nodeAt(crew, { x: toX, y: toY });
  const backwards = fromHandle?.type === 'target';
  const reason =
    over === null || over === fromNode.id
      ? null
      : backwards
        ? connectionError(crew, over, fromNode.id)
        : connectionError(crew, fromNode.id, over);
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    sourcePosition: fromPosition,
    targetX: toX,
    targetY: toY,
    targetPosition: toPosition,
  });
  return (
    <g className={reason === null ? 'connecting' : 'connecting refused'}>
      <path d={path} fill="none" />
      <circle cx={toX} cy={toY} r={4} />
      {reason !== null && (
        // The same text size as in the rest of the window, at any zoom.
        <foreignObject transform={`translate(${toX} ${toY}) scale(${1 / zoom})`} x={12} y={12} {...HINT}>
          <div className="hint" role="status">
            {reason}
          </div>
        </foreignObject>
      )}
    </g>
  );
}
