import { type KeyboardEvent, useId } from 'react';
import { described, Field, type FieldProps } from './field.tsx';

interface Props extends FieldProps {
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  onChange: (value: string) => void;
}

/** One of a few values. A value that is not an option is shown unchanged. */
export function SelectField({ value, options, onChange, ...field }: Props) {
  const id = useId();
  const isKnown = options.some(([name]) => name === value);
  return (
    <Field id={id} layout="row" {...field}>
      <select
        id={id}
        className="select"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={openByArrow}
        {...described(id, field, null)}
      >
        {!isKnown && <option value={value}>{value === '' ? 'none' : value}</option>}
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}

/**
 * Opens the list at an arrow key. Otherwise, on Linux and Windows, the key would select the next value without showing
 * the list.
 */
export function openByArrow(event: KeyboardEvent<HTMLSelectElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  event.preventDefault();
  event.currentTarget.showPicker();
}
