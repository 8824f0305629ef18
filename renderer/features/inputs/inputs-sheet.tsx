import './inputs.css';
import { type FormEvent, type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { plainInputName, type Values } from '../../../shared/crew/placeholders.ts';
import { described, Field } from '../../base/fields/field.tsx';
import { runWithInputs } from '../../state/commands/run-commands.ts';
import { edit, useDocument } from '../../state/document.ts';
import { showDialog, useUi } from '../../state/ui.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import { enteredValues, type InputEntry, inputEntries, keptInputs, kindText, stillMissing } from './entries.ts';

type Texts = Readonly<Record<string, string>>;

/** Asks for the inputs of a run before it starts. The values apply to this run only, or become those of the crew. */
export function InputsSheet() {
  const win = useWindowState();
  const crew = useDocument((document) => document.crew);
  const busy = useUi((ui) => ui.busy !== null);
  const entries = useMemo(() => inputEntries(crew), [crew]);
  const [texts, setTexts] = useState<Texts>({});
  const [isKept, setKept] = useState(false);
  const [isRefused, setRefused] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const values = enteredValues(entries, texts);
  const missing = stillMissing(crew, values);
  const start = async (event: FormEvent) => {
    event.preventDefault();
    if (isKept) keep(win, values);
    const answer = await runWithInputs(win, isKept ? {} : values);
    if (answer === 'answered') return showDialog(win, null);
    setRefused(true);
    focusFirst(form.current, entries, missing);
  };
  return (
    <form className="form inputs-sheet" ref={form} onSubmit={(event) => void start(event)} onKeyDown={submitByKey}>
      <p className="muted">Enter text, or JSON such as {'["north", "south"]'}.</p>
      <div className="inputs-list">
        {entries.map((entry) => (
          <InputField
            key={entry.name}
            entry={entry}
            text={texts[entry.name] ?? entry.text}
            missing={isRefused ? missing.get(plainInputName(entry.name)) : undefined}
            onChange={(text) => setTexts({ ...texts, [entry.name]: text })}
          />
        ))}
      </div>
      <label className="keep-inputs">
        <input type="checkbox" checked={isKept} onChange={(event) => setKept(event.target.checked)} />
        Keep these values in the crew
      </label>
      <div className="actions">
        <button type="button" className="button" onClick={() => showDialog(win, null)}>
          Cancel
        </button>
        <button type="submit" className="button primary" disabled={busy}>
          Run
        </button>
      </div>
    </form>
  );
}

function keep(win: WindowState, values: Values): void {
  edit(win, (draft) => {
    draft.inputs = keptInputs(draft, values);
  });
}

interface InputProps {
  entry: InputEntry;
  text: string;
  /** A placeholder of this input that has no value. */
  missing: string | undefined;
  onChange: (text: string) => void;
}

function InputField({ entry, text, missing, onChange }: InputProps) {
  const id = useId();
  const error = missing === undefined ? null : missingText(entry.name, missing);
  const kind = text.trim() === '' && !entry.hasValue ? 'no value' : kindText(text);
  return (
    <Field id={id} label={entry.name} error={error}>
      <textarea
        id={id}
        name={entry.name}
        className="input"
        rows={1}
        defaultValue={entry.text}
        spellCheck={false}
        {...described(id, {}, error)}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <span className="faint small">{kind}</span>
    </Field>
  );
}

function missingText(name: string, placeholder: string): string {
  const isPath = placeholder.includes('.');
  return isPath
    ? `{${placeholder}} has no value. Enter an object or list that contains it.`
    : `{${name}} has no value. Enter one, or "" for an empty text.`;
}

/** Ctrl+Enter submits, because Enter starts a new line. */
function submitByKey(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.stopPropagation();
  event.currentTarget.requestSubmit();
}

function focusFirst(
  form: HTMLFormElement | null,
  entries: readonly InputEntry[],
  missing: ReadonlyMap<string, string>,
): void {
  const first = entries.find(({ name }) => missing.has(plainInputName(name)));
  const field = first && form?.elements.namedItem(first.name);
  if (field instanceof HTMLElement) field.focus();
}
