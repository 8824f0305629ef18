import { parseJson } from '../../../shared/parse-json.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import type { UsedPassages } from '../../../shared/run/turn-state.ts';
import { useBlob } from '../../state/blob.ts';

/** The passages of the crew's knowledge and memory that the agents of a task received, in order of time. */
export function Passages({ run, task }: { run: string; task: TaskState }) {
  const used = task.turns.flatMap(({ passages }) => passages);
  return (
    <div className="transcript">
      {used.map((one) => (
        <PassageList key={one.seq} run={run} used={one} />
      ))}
    </div>
  );
}

const HOW: Readonly<Record<UsedPassages['by'], string>> = {
  prompt: 'with the task, from the crew’s files',
  memory: 'with the task, from the crew’s memory',
  tool: 'by a tool',
};

function PassageList({ run, used: { agent, by, passages, blob } }: { run: string; used: UsedPassages }) {
  const texts = useBlob(run, blob);
  const parsed = texts.status === 'loaded' ? parseJson(texts.text) : null;
  const list: unknown[] = Array.isArray(parsed) ? parsed : [];
  return (
    <section>
      <h4>
        {agent} <span className="muted">{HOW[by]}</span>
      </h4>
      {texts.status === 'failed' && <p className="failure">{texts.message}</p>}
      {passages.map(({ source }, index) => (
        // The list never changes.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <details key={index} open={passages.length < 4}>
          <summary>{source}</summary>
          <p className="selectable">{typeof list[index] === 'string' ? list[index] : ''}</p>
        </details>
      ))}
    </section>
  );
}
