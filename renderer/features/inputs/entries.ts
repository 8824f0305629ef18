import { inputText, inputValue } from '../../../shared/crew/input-value.ts';
import { missingInputNames, missingPlaceholders } from '../../../shared/crew/missing-inputs.ts';
import { firstSegment, joinValues, plainInputName, type Values } from '../../../shared/crew/placeholders.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { Json } from '../../../shared/json.ts';

/** An input that a person can enter before a run. */
export interface InputEntry {
  name: string;
  /** The crew's value as text; empty if the crew has none. */
  text: string;
  /** Whether the crew has a value for this input. */
  hasValue: boolean;
}

/** Returns the inputs of a crew: first those that lack a value, in the order of the texts, then the others. */
export function inputEntries(crew: Crew): InputEntry[] {
  const plain = (name: string) => plainInputName(name);
  const missing = missingInputNames(crew, {});
  const isMissing = new Set(missing.map(plain));
  const declared = Object.entries(crew.inputs).map(([name, value]) => ({
    name,
    text: inputText(value),
    hasValue: true,
  }));
  const incomplete = declared.filter(({ name }) => isMissing.has(plain(name)));
  const isDeclared = new Set(declared.map(({ name }) => plain(name)));
  const absent = missing
    .filter((name) => !isDeclared.has(plain(name)))
    .map((name) => ({ name, text: '', hasValue: false }));
  return [...absent, ...incomplete, ...declared.filter(({ name }) => !isMissing.has(plain(name)))];
}

/**
 * Returns the values that a person entered: those that differ from the crew's. An empty text gives no value to an input
 * that has none.
 * @param texts the texts of the fields by the name of their input
 */
export function enteredValues(entries: readonly InputEntry[], texts: Readonly<Record<string, string>>): Values {
  const entered = entries.flatMap(({ name, text, hasValue }) => {
    const typed = texts[name] ?? text;
    const isUnchanged = typed === text || (!hasValue && typed.trim() === '');
    return isUnchanged ? [] : [[name, inputValue(typed)] as const];
  });
  return Object.fromEntries(entered);
}

/** Returns the placeholders that still have no value, by the plain name of their input. */
export function stillMissing(crew: Crew, values: Values): ReadonlyMap<string, string> {
  // Reversed, so that the first placeholder of an input is the one that is named.
  const placeholders = missingPlaceholders(crew, values).reverse();
  return new Map(placeholders.map((placeholder) => [plainInputName(firstSegment(placeholder)), placeholder]));
}

/** Returns the crew's inputs with the entered values. */
export function keptInputs(crew: Pick<Crew, 'inputs'>, values: Values): Crew['inputs'] {
  return { ...joinValues(crew.inputs, values) };
}

/** Says how a text is read, such as "text" or "list of 3". */
export function kindText(text: string): string {
  const value = inputValue(text);
  if (typeof value === 'string') return /^\s*[[{]/.test(text) ? 'text, because it is not valid JSON' : 'text';
  return jsonKind(value);
}

function jsonKind(value: Exclude<Json, string>): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 1 ? 'list of 1 item' : `list of ${value.length} items`;
  if (typeof value === 'object') return 'object';
  return typeof value === 'number' ? 'number' : 'true or false';
}
