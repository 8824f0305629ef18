import { useId } from 'react';
import { AddKey } from './add-key.tsx';
import { described, Field, FieldError, type FieldProps } from './field.tsx';
import { useEntry } from './use-entry.ts';

/** How values are written in the fields: `parse` is the inverse of `textOf`. */
interface Codec<Value> {
  textOf(value: Value): string;
  parse(text: string): Value;
}

/** Values that are texts. */
export const TEXT: Codec<string> = { textOf: unchanged, parse: unchanged };

interface Props<Value> extends FieldProps {
  value: Readonly<Record<string, Value>>;
  codec: Codec<Value>;
  onChange: (value: Readonly<Record<string, Value>>) => void;
  /** The placeholder of the field that adds an entry. */
  addText: string;
  /** Why a text cannot be a key; null if it can. */
  validateKey?: (key: string) => string | null;
  /** Keys that can be added with one click. */
  suggestions?: readonly string[];
  /** The label of a suggestion. */
  suggestionText?: (key: string) => string;
}

const ALWAYS_VALID = () => null;

function unchanged(text: string): string {
  return text;
}

/** Named values: each has a key, a text and a button that removes it. The last line adds a key. */
export function MapField<Value>(props: Props<Value>) {
  const { value, codec, onChange, addText, validateKey = ALWAYS_VALID, ...others } = props;
  const { suggestions = [], suggestionText = unchanged, ...field } = others;
  const id = useId();
  const path = field.path ?? field.label;
  const validate = (key: string) => keyError(value, key) ?? validateKey(key);
  return (
    <Field id={id} {...field}>
      {Object.entries(value).map(([key, entry], at) => (
        <MapEntry
          // biome-ignore lint/suspicious/noArrayIndexKey: a renamed entry keeps its position, and so the focus
          key={at}
          path={`${path}.${key}`}
          name={key}
          value={codec.textOf(entry)}
          validateKey={validate}
          onRename={(to) => onChange(withKey(value, key, to))}
          onChange={(text) => onChange({ ...value, [key]: codec.parse(text) })}
          onRemove={() => onChange(withoutKey(value, key))}
        />
      ))}
      <AddKey
        id={id}
        text={addText}
        field={field}
        validate={validate}
        onAdd={(key) => onChange({ ...value, [key]: codec.parse('') })}
      />
      {suggestions.length > 0 && (
        <div className="suggestions">
          {suggestions.map((key) => (
            <button
              type="button"
              key={key}
              className="button"
              onClick={() => onChange({ ...value, [key]: codec.parse('') })}
            >
              Add {suggestionText(key)}
            </button>
          ))}
        </div>
      )}
    </Field>
  );
}

/** Why a text cannot be a new key of an object; null if it can. */
export function keyError(object: object, key: string): string | null {
  if (Object.hasOwn(object, key)) return `“${key}” already exists.`;
  // In JavaScript, assigning it sets the prototype, so the file could not be read back.
  return key === '__proto__' ? '“__proto__” cannot be used here.' : null;
}

/** Renames a key of an object and keeps the order. */
export function withKey<Value>(
  object: Readonly<Record<string, Value>>,
  from: string,
  to: string,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key === from ? to : key, value]));
}

/** A copy of the object without a key. */
export function withoutKey<Value>(object: Readonly<Record<string, Value>>, key: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(object).filter(([other]) => other !== key));
}

interface EntryProps {
  path: string;
  name: string;
  value: string;
  validateKey: (key: string) => string | null;
  onRename: (key: string) => void;
  onChange: (value: string) => void;
  onRemove: () => void;
}

function MapEntry({ path, name, value, validateKey, onRename, onChange, onRemove }: EntryProps) {
  const id = useId();
  const key = useEntry<HTMLInputElement>({
    label: `${path} key`,
    value: name,
    isLive: false,
    validate: (text) => (text === '' ? 'Enter a key, or remove the line.' : validateKey(text)),
    canonical: unchanged,
    commit: onRename,
  });
  const text = useEntry<HTMLTextAreaElement>({
    label: path,
    value,
    isLive: true,
    validate: ALWAYS_VALID,
    canonical: unchanged,
    commit: onChange,
  });
  return (
    <div className="map-entry" data-key={path}>
      <input className="input" aria-label={`Key ${name}`} {...described(id, {}, key.error)} {...key.props} />
      <textarea className="input" rows={1} aria-label={`Value of ${name}`} {...text.props} />
      <button type="button" className="button quiet icon" aria-label={`Remove ${name}`} onClick={onRemove}>
        ✕
      </button>
      <FieldError id={id} text={key.error} />
    </div>
  );
}
