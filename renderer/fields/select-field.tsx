import { type KeyboardEvent, useId } from 'react';
import { Field } from './field.tsx';

interface Props {
  label: string;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  onChange: (value: string) => void;
}

/** One of a few values. */
export function SelectField({ label, value, options, onChange }: Props) {
  const id = useId();
  return (
    <Field id={id} label={label}>
      <select
        id={id}
        className="select"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={openByArrow}
      >
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** Opens the list at an arrow key. On Linux and Windows the key would choose the next value unseen. */
export function openByArrow(event: KeyboardEvent<HTMLSelectElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  event.preventDefault();
  event.currentTarget.showPicker();
}
