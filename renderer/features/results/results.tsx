import './results.css';
import { useState } from 'react';
import { isAssignment } from '../../../shared/run/assignment.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import { ContextReceived } from '../../state/context-received.tsx';
import { useRun } from '../../state/run.ts';
import { keyParts, useUi } from '../../state/ui.ts';
import { Answer } from './answer.tsx';
import { Passages } from './passages.tsx';
import { WatchedProposals } from './proposals.tsx';
import { TaskList } from './task-list.tsx';
import { Transcript } from './transcript.tsx';

const PARTS = ['Answer', 'Proposals', 'Transcript', 'Context', 'Knowledge'] as const;
type Part = (typeof PARTS)[number];

/** The answer of each task, with its context and transcript. */
export function Results() {
  const { id, state, seq } = useRun((run) => run);
  const chosen = keyParts(useUi((ui) => ui.selection[0] ?? ''));
  const [wanted, setPart] = useState<Part>('Answer');
  if (id === null || state === null || seq === 0) return <EmptyState />;
  const tasks = [...state.tasks.values()].filter((task) => !isAssignment(task.name));
  const named = chosen?.kind === 'task' ? state.tasks.get(chosen.name) : undefined;
  const task = named ?? tasks.find((candidate) => candidate.result !== null) ?? tasks[0];
  if (!task) return <EmptyState />;
  const parts = PARTS.filter((name) => hasPart(task, name));
  const part = parts.includes(wanted) ? wanted : 'Answer';
  return (
    <div className="results">
      <TaskList tasks={tasks} chosen={task} />
      <div className="result">
        <div className="result-parts" role="toolbar" aria-label="Parts of the result">
          <strong className="ellipsis">{task.name}</strong>
          {parts.map((name) => (
            <button
              key={name}
              type="button"
              className={name === part ? 'button quiet on' : 'button quiet'}
              aria-pressed={name === part}
              onClick={() => setPart(name)}
            >
              {name}
            </button>
          ))}
        </div>
        <div className="result-body" key={`${task.name} ${part}`}>
          {part === 'Answer' && <Answer run={id} task={task} rehearsal={state.started?.rehearsal ?? false} />}
          {part === 'Proposals' && <WatchedProposals run={id} task={task} />}
          {part === 'Transcript' && <Transcript run={id} task={task} />}
          {part === 'Knowledge' && <Passages run={id} task={task} />}
          {part === 'Context' && <ContextReceived run={id} state={state} task={task} />}
        </div>
      </div>
    </div>
  );
}

/** Parts that most tasks do not have are shown only where they exist. */
function hasPart({ council, turns }: TaskState, part: Part): boolean {
  if (part === 'Proposals') return council.length > 0;
  return part !== 'Knowledge' || turns.some(({ passages }) => passages.length > 0);
}

function EmptyState() {
  return (
    <div className="empty">
      <strong>No results yet</strong>
      <span>Press Run. Answers stream in here, each with its transcript and context.</span>
    </div>
  );
}
