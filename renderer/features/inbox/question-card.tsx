import { useId } from 'react';
import type { CallInput } from '../../../shared/ipc/channels.ts';
import type { OpenQuestion } from '../../../shared/run/questions.ts';
import type { QuestionSubject } from '../../../shared/run/task-state.ts';
import { call } from '../../base/bridge.ts';
import { readJson, writeJson } from '../../base/fields/json-text.ts';
import { useTitle } from '../../state/inbox.ts';
import { useWindowState } from '../../state/window-state.ts';
import { AnswerFoot, CardSubject, RemarkField, remarkOf, useSending } from './answer-foot.tsx';
import { changeDraft, questionKey, useDraft } from './drafts.ts';

type Answer = CallInput<'run.reply'>['answer'];

interface Props {
  run: string;
  asked: OpenQuestion;
}

/** A question of an agent that works: a tool call to approve, or a question to answer. */
export function QuestionCard({ run, asked }: Props) {
  const { task, question } = asked;
  const { subject, agent, attempt } = question;
  const title = useTitle(task.name);
  return (
    <>
      <CardSubject title={title} agent={agent} attempt={attempt} aside=" · waits in its slot" />
      {subject.kind === 'tool' ? (
        <ApprovalForm run={run} asked={asked} subject={subject} />
      ) : (
        <ReplyForm run={run} asked={asked} subject={subject} />
      )}
    </>
  );
}

type Subject<Kind extends QuestionSubject['kind']> = Extract<QuestionSubject, { kind: Kind }>;

/** The call with its arguments, which can be changed as JSON, and the decisions. */
function ApprovalForm({ run, asked, subject }: Props & { subject: Subject<'tool'> }) {
  const win = useWindowState();
  const key = questionKey(run, asked);
  const draft = useDraft(key);
  const { text } = draft;
  const { isSending, error, send } = useReply(run, asked);
  const ids = { arguments: useId(), problem: useId() };
  const given = writeJson(subject.arguments);
  const read = readArguments(text ?? given);
  const said = remarkOf(draft);
  const approve = () => {
    if (text === null || read.problem !== null) void send({ answer: 'approved', ...said });
    else void send({ answer: 'edited', arguments: read.value, ...said });
  };
  return (
    <>
      <div className="inbox-body">
        <p>
          Wants to call <code>{subject.tool}</code>
        </p>
        <label htmlFor={ids.arguments}>Arguments</label>
        <textarea
          id={ids.arguments}
          className="input result-text code"
          spellCheck={false}
          readOnly={text === null}
          aria-invalid={read.problem !== null}
          aria-describedby={read.problem === null ? undefined : ids.problem}
          value={text ?? given}
          onChange={(event) => changeDraft(win, key, { text: event.target.value })}
        />
        {read.problem !== null && (
          <p className="field-error" id={ids.problem} role="alert">
            {read.problem}
          </p>
        )}
      </div>
      <AnswerFoot error={error}>
        <RemarkField draft={key} hint="For the agent (optional)" />
        <div className="inbox-actions">
          <button
            type="button"
            className="button primary"
            disabled={isSending || (text !== null && read.problem !== null)}
            onClick={approve}
          >
            {text === null ? 'Approve' : 'Approve with changes'}
          </button>
          <button
            type="button"
            className="button"
            disabled={isSending}
            onClick={() => changeDraft(win, key, { text: text === null ? given : null })}
          >
            {text === null ? 'Edit arguments' : 'Discard my changes'}
          </button>
          <button
            type="button"
            className="button"
            disabled={isSending}
            onClick={() => void send({ answer: 'refused', ...said })}
          >
            Refuse
          </button>
        </div>
      </AnswerFoot>
    </>
  );
}

type Json = Extract<Answer, { answer: 'edited' }>['arguments'];

/** Reads changed arguments. Tools have arguments by name, so they must be an object. */
function readArguments(text: string): { problem: string; value: null } | { problem: null; value: Json } {
  const read = readJson(text);
  if (read.kind === 'refused') return { problem: read.reason, value: null };
  const value = read.kind === 'value' ? (read.value as Json) : null;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { problem: 'The arguments must be a JSON object.', value: null };
  return { problem: null, value };
}

/** The question with its details and choices, or a field for the answer. */
function ReplyForm({ run, asked, subject }: Props & { subject: Subject<'question'> }) {
  const win = useWindowState();
  const key = questionKey(run, asked);
  const text = useDraft(key).text ?? '';
  const { isSending, error, send } = useReply(run, asked);
  const id = useId();
  const { question, details, choices } = subject;
  return (
    <>
      <div className="inbox-body">
        <p className="inbox-question">{question}</p>
        {details !== null && <p className="muted inbox-details">{details}</p>}
      </div>
      <AnswerFoot error={error}>
        {choices === null ? (
          <>
            <label htmlFor={id}>Answer</label>
            <textarea
              id={id}
              className="input"
              rows={3}
              value={text}
              onChange={(event) => changeDraft(win, key, { text: event.target.value })}
            />
            <div className="inbox-actions">
              <button
                type="button"
                className="button primary"
                disabled={isSending || text.trim() === ''}
                onClick={() => void send({ answer: 'answered', text })}
              >
                Send answer
              </button>
            </div>
          </>
        ) : (
          <fieldset className="inbox-actions choices" aria-label="Choices">
            {choices.map((choice) => (
              <button
                type="button"
                key={choice}
                className="button"
                disabled={isSending}
                onClick={() => void send({ answer: 'answered', text: choice })}
              >
                {choice}
              </button>
            ))}
          </fieldset>
        )}
      </AnswerFoot>
    </>
  );
}

/** Sends answers to a running turn. */
function useReply(run: string, asked: OpenQuestion) {
  return useSending<Answer>(questionKey(run, asked), (answer) =>
    call('run.reply', { run, task: asked.task.name, id: asked.question.id, answer }),
  );
}
