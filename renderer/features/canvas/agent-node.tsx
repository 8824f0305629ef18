import { memo } from 'react';
import { Handle, type NodeProps, Position } from 'reactflow';
import { Avatar } from '../../base/avatar.tsx';
import { useDocument } from '../../state/document.ts';
import { useNodeProblems } from '../../state/problems.ts';
import { ProblemMark } from './task-node.tsx';

type Props = NodeProps & { data: { name: string } };

export const AgentNode = memo(function AgentNode({ data: { name }, selected }: Props) {
  const agents = useDocument(({ crew }) => crew.agents);
  const problems = useNodeProblems(`agent:${name}`);
  const manager = agents.find((agent) => agent.name === name)?.manager === true;
  return (
    <div className={selected ? 'agent-node chosen' : 'agent-node'} title={name}>
      <Avatar crew={{ agents }} name={name} />
      <span className="name ellipsis">{name}</span>
      {manager && <span className="role-mark">manager</span>}
      {problems.length > 0 && <ProblemMark text={problems.map(({ message }) => message).join('\n')} />}
      <Handle type="source" position={Position.Right} />
    </div>
  );
});
