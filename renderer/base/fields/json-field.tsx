import { useMemo } from 'react';
import type { FieldProps } from './field.tsx';
import { readJson, writeJson } from './json-text.ts';
import { CommittedLines } from './text-field.tsx';

interface Props extends FieldProps {
  /** Undefined: left out. */
  value: unknown;
  placeholder?: string | undefined;
  /** Why a value is refused; null if it is not. */
  validate: (value: unknown) => string | null;
  onChange: (value: unknown) => void;
}

/**
 * A value as JSON text, which is checked and formatted when the field loses the focus. An empty text removes the value.
 */
export function JsonField({ value, placeholder, validate, onChange, ...field }: Props) {
  const text = useMemo(() => writeJson(value), [value]);
  return (
    <CommittedLines
      {...field}
      value={text}
      rows={2}
      isCode
      placeholder={placeholder}
      validate={(typed) => {
        const read = readJson(typed);
        if (read.kind === 'refused') return read.reason;
        return validate(read.kind === 'value' ? read.value : undefined);
      }}
      canonical={(typed) => {
        const read = readJson(typed);
        return read.kind === 'value' ? writeJson(read.value) : '';
      }}
      onCommit={(typed) => {
        const read = readJson(typed);
        if (read.kind !== 'refused') onChange(read.kind === 'value' ? read.value : undefined);
      }}
    />
  );
}
