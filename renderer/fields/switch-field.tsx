import { useId } from 'react';

interface Props {
  label: string;
  value: boolean;
  onChange: (value: boolean) => void;
}

/** A choice between on and off. */
export function SwitchField({ label, value, onChange }: Props) {
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
