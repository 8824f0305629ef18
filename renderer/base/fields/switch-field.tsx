import { useId } from 'react';
import { described, Field, type FieldProps } from './field.tsx';

interface Props extends FieldProps {
  value: boolean;
  onChange: (value: boolean) => void;
}

/** A value that is on or off. */
export function SwitchField({ value, onChange, ...field }: Props) {
  const id = useId();
  const { 'aria-describedby': description } = described(id, field, null);
  return (
    <Field id={id} layout="row" {...field}>
      <button
        id={id}
        type="button"
        role="switch"
        aria-checked={value}
        aria-describedby={description}
        className="switch"
        onClick={() => onChange(!value)}
      />
    </Field>
  );
}
