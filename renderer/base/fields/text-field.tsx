import { useId } from 'react';
import { described, Field, type FieldProps } from './field.tsx';
import { useEntry } from './use-entry.ts';

interface Props extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  /** The number of lines. Absent: a field of one line. */
  rows?: number | undefined;
  placeholder?: string | undefined;
  /** Why a text is refused; null if it is not. Absent: every text is accepted. */
  validate?: (value: string) => string | null;
}

const ALWAYS_VALID = () => null;
const unchanged = (text: string) => text;

/** A text that is committed to the crew after each pause in typing, as one undo step. */
export function TextField({ value, onChange, rows, validate = ALWAYS_VALID, ...rest }: Props) {
  const entry = { value, isLive: true, validate, canonical: unchanged, commit: onChange };
  return rows === undefined ? <Line entry={entry} {...rest} /> : <Lines entry={entry} rows={rows} {...rest} />;
}

interface LineProps extends FieldProps {
  entry: Omit<Parameters<typeof useEntry>[0], 'label'>;
  placeholder?: string | undefined;
}

function Line({ entry, placeholder, ...field }: LineProps) {
  const id = useId();
  const { props, error } = useEntry<HTMLInputElement>({ ...entry, label: field.path ?? field.label });
  return (
    <Field id={id} layout="row" error={error} {...field}>
      <input
        id={id}
        className="input"
        placeholder={placeholder}
        spellCheck={false}
        {...described(id, field, error)}
        {...props}
      />
    </Field>
  );
}

interface LinesProps extends LineProps {
  rows: number;
  /** The text is for programs: shown in a monospaced font, and without spell checking. */
  isCode?: boolean;
}

function Lines({ entry, rows, placeholder, isCode = false, ...field }: LinesProps) {
  const id = useId();
  const { props, error } = useEntry<HTMLTextAreaElement>({ ...entry, label: field.path ?? field.label });
  return (
    <Field id={id} error={error} {...field}>
      <textarea
        id={id}
        className={isCode ? 'input code' : 'input'}
        rows={rows}
        spellCheck={!isCode}
        placeholder={placeholder}
        {...described(id, field, error)}
        {...props}
      />
    </Field>
  );
}

interface CommittedProps extends FieldProps {
  value: string;
  placeholder?: string | undefined;
  validate: (value: string) => string | null;
  onCommit: (value: string) => void;
  /** How an accepted text is shown. Absent: unchanged. */
  canonical?: (value: string) => string;
}

/** A text that is committed when it is finished, with Enter or when the field loses the focus; for example a name. */
export function CommittedField({ value, validate, onCommit, canonical = unchanged, ...rest }: CommittedProps) {
  return <Line entry={{ value, isLive: false, validate, canonical, commit: onCommit }} {...rest} />;
}

interface BlockProps extends Omit<CommittedProps, 'canonical'> {
  canonical: (value: string) => string;
  rows: number;
  isCode?: boolean;
}

/** A text with multiple lines that is committed only when the field loses the focus, such as JSON. */
export function CommittedLines({ value, validate, onCommit, canonical, ...rest }: BlockProps) {
  return <Lines entry={{ value, isLive: false, validate, canonical, commit: onCommit }} {...rest} />;
}
