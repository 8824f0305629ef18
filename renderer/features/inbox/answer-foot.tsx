import { type ReactNode, type RefObject, useId, useState } from 'react';
import type { CallOutput } from '../../../shared/ipc/channels.ts';
import { useWindowState } from '../../state/window-state.ts';
import { changeDraft, dropDraft, useDraft } from './drafts.ts';

/** The lower part of a card: why the last answer was refused, and how to answer. */
export function AnswerFoot({ error, children }: { error: string | null; children: ReactNode }) {
  return (
    <footer className="inbox-foot">
      {error !== null && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      {children}
    </footer>
  );
}

interface RemarkProps {
  /** The key of the draft. */
  draft: string;
  hint: string;
  field?: RefObject<HTMLTextAreaElement | null>;
  onChange?: () => void;
}

/** The remark of an answer, which is part of its draft. */
export function RemarkField({ draft, hint, field, onChange }: RemarkProps) {
  const win = useWindowState();
  const id = useId();
  const { remark } = useDraft(draft);
  return (
    <>
      <label htmlFor={id}>Remark</label>
      <textarea
        id={id}
        ref={field}
        className="input"
        rows={2}
        placeholder={hint}
        value={remark}
        onChange={(event) => {
          onChange?.();
          changeDraft(win, draft, { remark: event.target.value });
        }}
      />
    </>
  );
}

/** Returns a remark as a part of an answer; nothing if it is empty. */
export function remarkOf({ remark }: { remark: string }): { remark?: string } {
  return remark.trim() === '' ? {} : { remark };
}

/** Sends answers to the run. The draft is kept until one has been accepted. */
export function useSending<Answer>(draft: string, deliver: (answer: Answer) => Promise<CallOutput<'run.answer'>>) {
  const win = useWindowState();
  const [isSending, setSending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const send = async (answer: Answer) => {
    setSending(true);
    const reply = await deliver(answer);
    setSending(false);
    if (reply.status === 'failed') setError(reply.message);
    else dropDraft(win, draft);
  };
  return { isSending, error, send, setError };
}

interface SubjectProps {
  title: string;
  agent: string | null;
  attempt: number;
  /** Further text about the agent. */
  aside?: string;
  children?: ReactNode;
}

/** The task and the agent that a card is about. */
export function CardSubject({ title, agent, attempt, aside = '', children }: SubjectProps) {
  return (
    <div className="inbox-subject">
      <strong>{title}</strong>
      <span className="muted">
        {agent ?? 'no agent'}
        {attempt > 1 ? ` · attempt ${attempt}` : ''}
        {aside}
      </span>
      {children}
    </div>
  );
}
