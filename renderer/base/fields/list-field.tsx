import type { FieldProps } from './field.tsx';
import { CommittedLines } from './text-field.tsx';

interface Props extends FieldProps {
  value: readonly string[];
  placeholder?: string | undefined;
  validate: (value: readonly string[]) => string | null;
  onChange: (value: readonly string[]) => void;
}

/** A list of texts, one per line. Empty lines are ignored. */
export function ListField({ value, validate, onChange, ...field }: Props) {
  return (
    <CommittedLines
      {...field}
      value={value.join('\n')}
      rows={2}
      validate={(text) => validate(linesOf(text))}
      canonical={(text) => linesOf(text).join('\n')}
      onCommit={(text) => onChange(linesOf(text))}
    />
  );
}

function linesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}
