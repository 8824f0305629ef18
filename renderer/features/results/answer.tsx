import { standings } from '../../../shared/run/consensus.ts';
import { CUT_AT_LENGTH_ADVICE, isCutAtLength } from '../../../shared/run/cut-at-length.ts';
import { degradedReason } from '../../../shared/run/degraded.ts';
import { fallbackOf } from '../../../shared/run/fallback-used.ts';
import { lastAnswerOf, lastAnswerText } from '../../../shared/run/last-answer.ts';
import { notChosenText } from '../../../shared/run/not-chosen.ts';
import { openReview } from '../../../shared/run/review.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import { toBase64 } from '../../base/base64.ts';
import { call } from '../../base/bridge.ts';
import { GrowingText, ModelText } from '../../base/model-text/model-text.tsx';
import { useBlob } from '../../state/blob.ts';
import { showInbox } from '../../state/inbox.ts';
import { useMeasured, useMeasuring } from '../../state/measured.ts';
import { useRun } from '../../state/run.ts';
import { useStaleReason } from '../../state/stale.ts';
import { toast } from '../../state/ui.ts';
import { useWatched } from '../../state/use-watched.ts';
import { waitsFor } from '../../state/waits-for.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import { Proposals } from './proposals.tsx';

/** A task's answer: streamed while it is written, afterwards the result, with the errors if there were any. */
export function Answer({ run, task, rehearsal }: { run: string; task: TaskState; rehearsal: boolean }) {
  const win = useWindowState();
  useWatched(run, task.name);
  const stale = useStaleReason(task.name);
  const fallback = fallbackOf(task);
  const streamed = useRun(({ texts }) => texts.get(task.name));
  const blob = task.result && 'blob' in task.result ? task.result.blob : null;
  const loaded = useBlob(run, blob);
  const text =
    task.result && 'text' in task.result ? task.result.text : loaded.status === 'loaded' ? loaded.text : null;
  const isProposed = task.status === 'pending' && task.council.length > 0 && task.turns.length > 0;
  if (isProposed) return <Proposals run={run} task={task} />;
  if (task.result === null) return <Unfinished task={task} streamed={streamed ?? ''} />;
  if (text === null) return <p className="muted">{loaded.status === 'failed' ? loaded.message : 'Loading…'}</p>;
  return (
    <article>
      <div className="result-tools">
        {rehearsal && <span className="chip">Rehearsal: generated</span>}
        {task.degraded && <span className="chip degraded">Degraded: {degradedReason(task)}</span>}
        <ChosenChip task={task} />
        {task.cachedFrom !== null && <span className="chip cached">Cached result from run {task.cachedFrom}</span>}
        {task.reusedFrom !== null && <span className="chip">Reused from run {task.reusedFrom}</span>}
        {stale !== null && (
          <span className="chip degraded" title={`${task.name} ${stale}`}>
            Stale
          </span>
        )}
        {isCutAtLength(task) && (
          <span className="chip degraded" title={CUT_AT_LENGTH_ADVICE}>
            Truncated: raise max_tokens
          </span>
        )}
        <LastAnswerChip task={task} />
        {fallback !== null && <span className="chip degraded">Fallback: {fallback}</span>}
        {task.edited && <span className="chip">Edited by a person</span>}
        {task.shortened.length > 0 && (
          <span className="chip">Shortened for the model: {task.shortened.join(', ')}</span>
        )}
        <span className="grow" />
        <button type="button" className="button" onClick={() => void copy(win, text)}>
          Copy
        </button>
        <button type="button" className="button" onClick={() => void save(win, task.name, text)}>
          Save…
        </button>
      </div>
      <ModelText text={text} />
    </article>
  );
}

function LastAnswerChip({ task }: { task: TaskState }) {
  const why = lastAnswerOf(task);
  return (
    why !== null && (
      <span className="chip degraded" title={`Without more tool calls: ${lastAnswerText(why)}`}>
        Last answer
      </span>
    )
  );
}

/** The agent of the proposal and its number of votes. */
function ChosenChip({ task }: { task: TaskState }) {
  const [winner] = standings(task);
  if (!winner) return null;
  const all = task.votes.length;
  return (
    <span className="chip">{`Proposed by ${winner.agent}, chosen with ${winner.voters.length} of ${all} ${all === 1 ? 'vote' : 'votes'}`}</span>
  );
}

function Unfinished({ task, streamed }: { task: TaskState; streamed: string }) {
  if (task.error) return <p className="failure">{task.error.message}</p>;
  if (task.status === 'skipped') {
    return <p className="muted">Skipped: {task.skippedBecause.join(', ') || 'its dependencies'} produced no result.</p>;
  }
  if (task.status === 'not_chosen')
    return <p className="muted">Not chosen: {notChosenText(task.notChosenBecause ?? 'context')}.</p>;
  if (task.status === 'cancelled') return <p className="muted">Cancelled before it produced a result.</p>;
  if (streamed !== '') {
    return (
      <div aria-busy="true">
        <GrowingText text={streamed} />
        <span className="writing" role="img" aria-label="Writing" />
      </div>
    );
  }
  const review = openReview(task);
  if (review) return <InReview when={review.when} />;
  const last = task.turns.at(-1)?.error;
  if (task.running > 0) return <p className="muted">Running. The answer streams in here.</p>;
  if (last) return <p className="muted">Retrying soon. Last attempt: {last.message}</p>;
  if (task.readyAt === null) return <p className="muted">{`Waiting for ${task.context.join(', ') || 'its turn'}.`}</p>;
  return <Ready task={task} />;
}

/** All tasks of its context have ended. */
function Ready({ task }: { task: TaskState }) {
  const win = useWindowState();
  useMeasuring();
  const wait = useMeasured(() => waitsFor(win, task));
  return <p className="muted">{wait === null ? 'Ready to start.' : `Waiting ${wait}.`}</p>;
}

function InReview({ when }: { when: 'before' | 'after' }) {
  const win = useWindowState();
  return (
    <p className="muted">
      {when === 'before' ? 'Waiting for your approval to start. ' : 'Waiting for your review of the result. '}
      <button type="button" className="button" onClick={() => showInbox(win, true)}>
        Open reviews
      </button>
    </p>
  );
}

async function copy(win: WindowState, text: string): Promise<void> {
  await call('app.copy', { text });
  toast(win, 'info', 'Result copied.');
}

async function save(win: WindowState, name: string, text: string): Promise<void> {
  const saved = await call('app.save_file', {
    name: `${name}_result.md`,
    base64: toBase64(new TextEncoder().encode(text)),
  });
  if (saved.status === 'saved') toast(win, 'info', `Saved: ${saved.path}`);
  else if (saved.status === 'failed') toast(win, 'error', saved.message);
}
