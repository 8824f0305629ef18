import { useRef } from 'react';
import type { CallInput } from '../../../shared/ipc/channels.ts';
import { CUT_AT_LENGTH_ADVICE, isCutAtLength } from '../../../shared/run/cut-at-length.ts';
import { type OpenReview, reviewedTurn } from '../../../shared/run/review.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import { call } from '../../base/bridge.ts';
import { ModelText } from '../../base/model-text/model-text.tsx';
import { useBlob } from '../../state/blob.ts';
import { ContextReceived } from '../../state/context-received.tsx';
import { useTitle } from '../../state/inbox.ts';
import { useRun } from '../../state/run.ts';
import { useWindowState } from '../../state/window-state.ts';
import { AnswerFoot, CardSubject, RemarkField, remarkOf, useSending } from './answer-foot.tsx';
import { changeDraft, reviewKey, useDraft } from './drafts.ts';

type Answer = CallInput<'run.answer'>['answer'];

/** One question: its subject and the possible answers. */
export function ReviewCard({ run, review }: { run: string; review: OpenReview }) {
  const { task, when } = review;
  const key = reviewKey(run, review);
  const draft = useDraft(key);
  const result = useResult(run, task, when);
  return (
    <>
      <Subject task={task} />
      <div className="inbox-body">
        {draft.text !== null ? (
          <EditedResult reviewKey={key} text={draft.text} />
        ) : (
          <>
            {when === 'after' ? <Result {...result} /> : <TaskToStart name={task.name} />}
            <Received run={run} task={task} />
          </>
        )}
      </div>
      <AnswerForm run={run} review={review} result={result.text} />
    </>
  );
}

function EditedResult({ reviewKey: key, text }: { reviewKey: string; text: string }) {
  const win = useWindowState();
  return (
    <textarea
      className="input result-text"
      aria-label="Result"
      value={text}
      onChange={(event) => changeDraft(win, key, { text: event.target.value })}
    />
  );
}

/** The remark and the answers. @param result the text under review; null while there is none */
function AnswerForm({ run, review, result }: { run: string; review: OpenReview; result: string | null }) {
  const { when } = review;
  const key = reviewKey(run, review);
  const draft = useDraft(key);
  const remark = useRef<HTMLTextAreaElement>(null);
  const { isSending, error, send, setError } = useSending<Answer>(key, (answer) =>
    call('run.answer', { run, task: review.task.name, answer }),
  );
  const approve = () => void send(approvalOf(draft));
  const sendBack = () => {
    if (draft.remark.trim() !== '') return void send({ answer: 'sent_back', remark: draft.remark });
    setError('Describe the changes you want in the remark.');
    remark.current?.focus();
  };
  const isEditing = draft.text !== null;
  const isMissing = when === 'after' && result === null;
  const hasNoResult = isEditing ? draft.text?.trim() === '' : isMissing;
  return (
    <AnswerFoot error={error}>
      <RemarkField draft={key} hint={REMARK_HINT[when]} field={remark} onChange={() => setError(null)} />
      <div className="inbox-actions">
        <button type="button" className="button primary" disabled={isSending || hasNoResult} onClick={approve}>
          Approve
        </button>
        <EditButton review={review} reviewKey={key} isDisabled={isSending || isMissing} result={result} />
        {when === 'after' && (
          <button type="button" className="button" disabled={isSending || isEditing} onClick={sendBack}>
            Send back
          </button>
        )}
        <span className="grow" />
        <span className="faint">{resultLabel(when, isEditing)}</span>
      </div>
    </AnswerFoot>
  );
}

const REMARK_HINT: Record<OpenReview['when'], string> = {
  before: 'Instructions for the agent (optional)',
  after: 'What should change (required to send back)',
};

interface EditButtonProps {
  review: OpenReview;
  reviewKey: string;
  isDisabled: boolean;
  result: string | null;
}

/** Starts to edit the result, or to write it instead of the agent; discards what was written. */
function EditButton({ review, reviewKey: key, isDisabled, result }: EditButtonProps) {
  const win = useWindowState();
  const isEditing = useDraft(key).text !== null;
  const [name, text] = isEditing
    ? ['Discard my text', null]
    : [review.when === 'before' ? 'Write the result' : 'Edit', result ?? ''];
  return (
    <button
      type="button"
      className="button"
      disabled={!isEditing && isDisabled}
      onClick={() => changeDraft(win, key, { text })}
    >
      {name}
    </button>
  );
}

/** Approves the result as it is, or as it was edited. */
function approvalOf(draft: ReturnType<typeof useDraft>): Answer {
  const remark = remarkOf(draft);
  return draft.text === null ? { answer: 'approved', ...remark } : { answer: 'edited', text: draft.text, ...remark };
}

function resultLabel(when: OpenReview['when'], isEditing: boolean): string {
  if (isEditing) return 'The result will be marked as edited';
  return when === 'before' ? 'Not started yet' : '';
}

function Subject({ task }: { task: TaskState }) {
  const title = useTitle(task.name);
  const rehearsal = useRun(({ state }) => state?.started?.rehearsal ?? false);
  const turn = reviewedTurn(task);
  const sentBack = task.reviews.findLast(({ answer }) => answer === 'sent_back');
  return (
    <CardSubject title={title} agent={task.agent} attempt={turn?.attempt ?? 1}>
      {rehearsal && turn && <span className="chip">Rehearsal: generated</span>}
      {turn && turn.shortened.length > 0 && <span className="chip">Shortened: {turn.shortened.join(', ')}</span>}
      {turn && isCutAtLength(task) && (
        <span className="chip degraded" title={CUT_AT_LENGTH_ADVICE}>
          Truncated: raise max_tokens
        </span>
      )}
      {sentBack && <p className="muted">You sent it back: “{sentBack.remark}”</p>}
    </CardSubject>
  );
}

interface Loaded {
  text: string | null;
  message: string;
}

/** The result under review. A long result is read from the run's folder. */
function useResult(run: string, task: TaskState, when: OpenReview['when']): Loaded {
  const output = when === 'after' ? (reviewedTurn(task)?.output ?? null) : null;
  const loaded = useBlob(run, output && 'blob' in output ? output.blob : null);
  if (output && 'text' in output) return { text: output.text, message: '' };
  if (loaded.status === 'loaded') return { text: loaded.text, message: '' };
  return { text: null, message: loaded.status === 'failed' ? loaded.message : 'Loading…' };
}

function Result({ text, message }: Loaded) {
  return text === null ? <p className="muted">{message}</p> : <ModelText text={text} />;
}

function TaskToStart({ name }: { name: string }) {
  const task = useRun(({ crew }) => crew?.tasks.find((one) => one.name === name));
  return (
    <div className="model-text">
      <p>{task?.description}</p>
      <p className="muted">Expected: {task?.expected_output}</p>
    </div>
  );
}

function Received({ run, task }: { run: string; task: TaskState }) {
  const state = useRun((shown) => shown.state);
  if (state === null || task.context.length === 0) return null;
  return (
    <section className="received" aria-label="Context received">
      <h3 className="heading">Context received</h3>
      <ContextReceived run={run} state={state} task={task} />
    </section>
  );
}
