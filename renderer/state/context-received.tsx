import type { RunState } from '../../shared/run/state.ts';
import type { TaskState } from '../../shared/run/task-state.ts';
import { ModelText } from '../base/model-text/model-text.tsx';
import { useBlob } from './blob.ts';

/** The context results that a task received. */
export function ContextReceived({ run, state, task }: { run: string; state: RunState; task: TaskState }) {
  if (task.context.length === 0) return <p className="muted">This task has no dependencies.</p>;
  return task.context.map((name) => {
    const before = state.tasks.get(name);
    return (
      <details key={name} className="call">
        <summary>
          <span>{name}</span>
          <span className="faint">{before ? receivedNote(before, task) : 'unknown'}</span>
        </summary>
        {before && <Body run={run} task={before} />}
      </details>
    );
  });
}

function receivedNote(before: TaskState, task: TaskState): string {
  if (task.missing.includes(before.name)) return 'no result';
  if (task.shortened.includes(before.name)) return 'shortened to fit the model';
  return before.status === 'pending' ? 'not available yet' : before.status.replace('_', ' ');
}

function Body({ run, task }: { run: string; task: TaskState }) {
  const loaded = useBlob(run, task.result && 'blob' in task.result ? task.result.blob : null);
  if (task.result === null) return <p className="muted">{task.error?.message ?? 'No result.'}</p>;
  if ('text' in task.result) return <ModelText text={task.result.text} />;
  if (loaded.status === 'loaded') return <ModelText text={loaded.text} />;
  return <p className="muted">{loaded.status === 'failed' ? loaded.message : 'Loading…'}</p>;
}
