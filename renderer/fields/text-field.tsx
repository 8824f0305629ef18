import { useId } from 'react';
import { described, Field } from './field.tsx';
import { useEntry } from './use-entry.ts';

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Several lines; absent: one line. */
  rows?: number;
  /** Why a text cannot be taken; null where it can. Absent: every text can. */
  refuse?: (value: string) => string | null;
}

const ACCEPT = () => null;
const unchanged = (text: string) => text;

/** A text that goes into the crew at each pause in typing, as one step of undo. */
export function TextField({ label, value, onChange, rows, refuse = ACCEPT }: Props) {
  const id = useId();
  const shared = { label, value, isLive: true, refuse, canonical: unchanged, commit: onChange };
  return rows === undefined ? <Line id={id} options={shared} /> : <Lines id={id} rows={rows} options={shared} />;
}

type Options = Parameters<typeof useEntry>[0];

function Line({ id, options }: { id: string; options: Options }) {
  const { props, complaint } = useEntry<HTMLInputElement>(options);
  return (
    <Field id={id} label={options.label} complaint={complaint}>
      <input id={id} className="input" {...described(id, undefined, complaint)} {...props} />
    </Field>
  );
}

function Lines({ id, rows, options }: { id: string; rows: number; options: Options }) {
  const { props, complaint } = useEntry<HTMLTextAreaElement>(options);
  return (
    <Field id={id} label={options.label} complaint={complaint}>
      <textarea id={id} className="input" rows={rows} {...described(id, undefined, complaint)} {...props} />
    </Field>
  );
}

interface CommittedProps {
  label: string;
  value: string;
  refuse: (value: string) => string | null;
  onCommit: (value: string) => void;
  /** How an accepted text is shown; absent: as it was typed. */
  canonical?: (value: string) => string;
}

/** A text that counts only once it is finished, with Enter or by leaving the field, such as a name. */
export function CommittedField({ label, value, refuse, onCommit, canonical = unchanged }: CommittedProps) {
  const id = useId();
  return <Line id={id} options={{ label, value, isLive: false, refuse, canonical, commit: onCommit }} />;
}
