import { described, FieldError, type FieldProps } from './field.tsx';
import { useEntry } from './use-entry.ts';

interface Props {
  id: string;
  /** The placeholder. */
  text: string;
  field: FieldProps;
  /** Why a text cannot be a new key; null if it can. */
  validate: (key: string) => string | null;
  onAdd: (key: string) => void;
}

/** The last line of a list of named entries: a text field that adds a key and then becomes empty. */
export function AddKey({ id, text, field, validate, onAdd }: Props) {
  const { props, error } = useEntry<HTMLInputElement>({
    label: `${field.path ?? field.label} add`,
    value: '',
    isLive: false,
    validate: (key) => (key === '' ? null : validate(key)),
    // The field becomes empty once the key has its own line.
    canonical: () => '',
    commit: (key) => key !== '' && onAdd(key),
  });
  return (
    <>
      <input id={id} className="input" placeholder={text} {...described(id, field, error)} {...props} />
      <FieldError id={id} text={error} />
    </>
  );
}
