import { type ConnectionLineComponentProps, getBezierPath } from 'reactflow';
import { useDocument } from '../store/document.ts';
import { refusal } from './connecting.ts';
import { nodeAt } from './hit.ts';

const HINT = { width: 340, height: 72 };

/** The line that is being drawn; over a node that it cannot join it is red, and says why. */
export function ConnectionLine(props: ConnectionLineComponentProps) {
  const { fromNode, fromHandle, fromX, fromY, toX, toY, fromPosition, toPosition, toNode } = props;
  const project = useDocument((state) => state.project);
  const over = toNode?.id ?? nodeAt(project, { x: toX, y: toY });
  const backwards = fromHandle?.type === 'target';
  const reason =
    over === null || over === fromNode.id
      ? null
      : backwards
        ? refusal(project, over, fromNode.id)
        : refusal(project, fromNode.id, over);
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
        <foreignObject x={toX + 12} y={toY + 12} {...HINT}>
          <div className="hint" role="status">
            {reason}
          </div>
        </foreignObject>
      )}
    </g>
  );
}
