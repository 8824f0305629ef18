import { useEffect, useId, useState } from 'react';
import { endGesture } from '../store/document.ts';

/** One line of text; what is typed goes into the crew at once, and is one step of undo until the field is left. */
export function TextField({
  label,
  value,
  onChange,
  rows,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  rows?: number;
}) {
  const id = useId();
  const shared = { id, className: 'input', value, onBlur: endGesture };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {rows === undefined ? (
        <input {...shared} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <textarea {...shared} rows={rows} onChange={(event) => onChange(event.target.value)} />
      )}
    </div>
  );
}

/** A text that counts only once it is finished, with Enter or by leaving the field; `refuse` says what is wrong with it. */
export function CommittedField({
  label,
  value,
  refuse,
  onCommit,
}: {
  label: string;
  value: string;
  refuse: (value: string) => string | null;
  onCommit: (value: string) => void;
}) {
  const id = useId();
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const problem = draft === value ? null : refuse(draft);
  const commit = () => {
    if (draft !== value && problem === null) onCommit(draft);
    else setDraft(value);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        value={draft}
        aria-invalid={problem !== null}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape') setDraft(value);
        }}
      />
      {problem !== null && (
        <p className="complaint" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

/** A number that may be left out; the placeholder says what holds then. What does not fit is not taken. */
export function NumberField({
  label,
  value,
  placeholder,
  min,
  max,
  step,
  whole = true,
  onChange,
}: {
  label: string;
  value: number | undefined;
  placeholder?: string;
  min?: number;
  max?: number;
  step?: number;
  whole?: boolean;
  onChange: (value: number | undefined) => void;
}) {
  const id = useId();
  const change = (text: string) => {
    if (text === '') return onChange(undefined);
    const number = Number(text);
    const fits =
      (whole ? Number.isInteger(number) : Number.isFinite(number)) &&
      (min === undefined || number >= min) &&
      (max === undefined || number <= max);
    if (fits) onChange(number);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        className="input num"
        value={value ?? ''}
        placeholder={placeholder}
        min={min}
        max={max}
        step={step ?? 1}
        onBlur={endGesture}
        onChange={(event) => change(event.target.value)}
      />
    </div>
  );
}

export function SelectField({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

export function SwitchField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: boolean;
  onChange: (value: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="field row">
      <label htmlFor={id}>{label}</label>
      <button
        id={id}
        type="button"
        role="switch"
        aria-checked={value}
        className="switch"
        onClick={() => onChange(!value)}
      />
    </div>
  );
}

/** Names that belong to it, each to be taken out, and others to be added. */
export function NamesField({
  label,
  names,
  choices,
  onAdd,
  onRemove,
  onChoose,
}: {
  label: string;
  names: readonly string[];
  choices: readonly string[];
  onAdd: (name: string) => void;
  onRemove: (name: string) => void;
  /** Where a name leads to; absent: it is only text. */
  onChoose?: (name: string) => void;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="names">
        {names.map((name) => (
          <span key={name} className="chip">
            {onChoose ? (
              <button
                type="button"
                className="ellipsis"
                title={`Choose the line from ${name}`}
                onClick={() => onChoose(name)}
              >
                {name}
              </button>
            ) : (
              <span className="ellipsis">{name}</span>
            )}
            <button type="button" aria-label={`Remove ${name}`} onClick={() => onRemove(name)}>
              ✕
            </button>
          </span>
        ))}
        <AddName id={id} choices={choices} onAdd={onAdd} />
      </div>
    </div>
  );
}

/** Of so many choices and more there is no option before somebody gets to the field: making thousands holds up the page. */
const MANY_CHOICES = 200;

function AddName({ id, choices, onAdd }: { id: string; choices: readonly string[]; onAdd: (name: string) => void }) {
  const [isReached, setReached] = useState(false);
  const shown = isReached || choices.length < MANY_CHOICES ? choices : [];
  const reach = () => setReached(true);
  return (
    <select
      id={id}
      className="select add"
      value=""
      onPointerDown={reach}
      onFocus={reach}
      onBlur={() => setReached(false)}
      onChange={(event) => onAdd(event.target.value)}
    >
      <option value="">Add…</option>
      {shown.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
