import type { Crew } from '../../../shared/crew/schema.ts';
import { countOf } from '../../../shared/figures/format.ts';
import { consensualAgents } from '../../../shared/run/consensus.ts';
import { Avatar } from '../../base/avatar.tsx';
import { Icon } from '../../base/icons.tsx';
import { useDocument } from '../../state/document.ts';
import type { FormSubject } from './subject.ts';

/** The title of a form: what it edits. */
export function SubjectHeader({ subject }: { subject: FormSubject }) {
  const crew = useDocument(({ crew }) => crew);
  return (
    <header className="subject">
      <SubjectAvatar crew={crew} subject={subject} />
      <div className="ellipsis">
        <strong>{subject.kind === 'crew' ? crew.name : subject.name}</strong>
        <div className="muted small ellipsis">{factOf(crew, subject)}</div>
      </div>
    </header>
  );
}

function SubjectAvatar({ crew, subject }: { crew: Crew; subject: FormSubject }) {
  switch (subject.kind) {
    case 'crew':
      return <span className="avatar crew">C</span>;
    case 'pool':
      return <span className="avatar">◫</span>;
    case 'tool':
    case 'server':
    case 'database':
      return (
        <span className="avatar plus">
          <Icon name={subject.kind} />
        </span>
      );
    case 'agent':
      return <Avatar crew={crew} name={subject.name} />;
    case 'task': {
      const agents = agentsOf(crew, subject.name);
      const isCouncil = crew.process === 'consensual' && agents.length > 0;
      return <Avatar crew={crew} name={isCouncil ? null : (agents[0] ?? null)} count={isCouncil ? agents.length : 0} />;
    }
    default:
      return subject satisfies never;
  }
}

function factOf(crew: Crew, subject: FormSubject): string {
  switch (subject.kind) {
    case 'crew':
      return 'Crew';
    case 'pool':
      return 'Pool · units that tasks share';
    case 'tool':
      return 'Tool of this crew';
    case 'server':
      return 'MCP server · agents use its tools';
    case 'database':
      return 'Database · agents read it with sql_query';
    case 'agent':
      return `Agent · ${countOf(crew.tasks.filter(({ agent }) => agent === subject.name).length, 'task')}`;
    case 'task': {
      const agents = agentsOf(crew, subject.name);
      if (agents.length === 0) return 'Task';
      return `Task · ${crew.process === 'consensual' ? countOf(agents.length, 'agent') : agents[0]}`;
    }
    default:
      return subject satisfies never;
  }
}

/** The agents of a task: in a consensual crew, all that propose and vote. */
function agentsOf(crew: Crew, name: string): readonly string[] {
  const task = crew.tasks.find((one) => one.name === name);
  if (!task) return [];
  if (crew.process === 'consensual') return consensualAgents(crew, task);
  return task.agent === undefined ? [] : [task.agent];
}
