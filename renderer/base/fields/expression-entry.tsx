import { useId } from 'react';
import { described, Field, type FieldProps } from './field.tsx';
import { AddName } from './names-field.tsx';
import { useEntry } from './use-entry.ts';

interface Props extends FieldProps {
  value: string;
  /** Names and comparisons that can be inserted. */
  suggestions: readonly string[];
  placeholder?: string | undefined;
  /** Why a text is refused; null if it is not. */
  validate: (text: string) => string | null;
  onCommit: (text: string) => void;
}

const trimmed = (text: string) => text.trim();

/** An expression, and a combo box that inserts a suggestion where the caret is. */
export function ExpressionEntry({ value, suggestions, placeholder, validate, onCommit, ...field }: Props) {
  const id = useId();
  const listId = `${id}-insert`;
  const options = {
    value,
    isLive: false,
    validate,
    canonical: trimmed,
    commit: (text: string) => onCommit(text.trim()),
  };
  const { entry, props, error } = useEntry<HTMLTextAreaElement>({ ...options, label: field.path ?? field.label });
  const insert = (name: string) => {
    const { current: element } = props.ref;
    const { text } = entry;
    const from = element?.selectionStart ?? text.length;
    const to = element?.selectionEnd ?? text.length;
    entry.enter(`${text.slice(0, from)}${name}${text.slice(to)}`);
    element?.focus();
    element?.setSelectionRange(from + name.length, from + name.length);
  };
  return (
    <Field id={id} error={error} {...field}>
      <textarea
        id={id}
        className="input code"
        rows={2}
        spellCheck={false}
        placeholder={placeholder}
        {...described(id, field, error)}
        {...props}
      />
      {suggestions.length > 0 && (
        <div className="names">
          <label htmlFor={listId} className="hidden">
            Insert into {field.label}
          </label>
          <AddName id={listId} choices={suggestions} placeholder="Insert…" listLabel="Names to insert" onAdd={insert} />
        </div>
      )}
    </Field>
  );
}
