import { memo } from 'react';
import { Handle, type NodeProps, Position } from 'reactflow';
import { titleCase } from '../../../shared/crew/titles.ts';
import { Avatar } from '../../base/avatar.tsx';
import { Icon } from '../../base/icons.tsx';
import { useDocument } from '../../state/document.ts';
import { useNodeProblems } from '../../state/problems.ts';
import { ProblemMark } from './task-node.tsx';

type Props = NodeProps & { data: { name: string } };

/** An agent: its name in words. The name itself is shown on hover. */
export const AgentNode = memo(function AgentNode({ data: { name }, selected }: Props) {
  const agents = useDocument(({ crew }) => crew.agents);
  const problems = useNodeProblems(`agent:${name}`);
  const manager = agents.find((agent) => agent.name === name)?.manager === true;
  return (
    <div className={selected ? 'agent-node chosen' : 'agent-node'} title={name}>
      <Avatar crew={{ agents }} name={name} />
      <span className="name">{titleCase(name)}</span>
      {manager && (
        <span className="role-mark" role="img" aria-label="manager" title="The manager of the crew">
          <Icon name="manager" />
        </span>
      )}
      {problems.length > 0 && <ProblemMark text={problems.map(({ message }) => message).join('\n')} />}
      <Handle type="source" position={Position.Right} />
    </div>
  );
});
