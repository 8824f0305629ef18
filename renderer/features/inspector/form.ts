import { z } from 'zod';
import type { FormField } from '../../../shared/crew/fields/form-fields.ts';
import { refusalOf } from '../../../shared/crew/issues.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { type Path, pathText } from '../../../shared/crew/unlocated-problem.ts';
import type { FieldProps, FieldReset } from '../../base/fields/field.tsx';
import type { PlacedProblem } from '../../state/problems.ts';
import type { WindowState } from '../../state/window-state.ts';
import { type FormSubject, setValue, valueAt } from './subject.ts';

/** A key of the form's subject. */
export interface FormFieldProps {
  form: Form;
  field: FormField;
}

/** What the fields of a form share. */
export interface Form {
  crew: Crew;
  subject: FormSubject;
  /** The object of the crew that the form edits; undefined once it was removed. */
  object: object | undefined;
  path: Path;
  /** The problems that the crew's checks found in the subject. */
  problems: readonly PlacedProblem[];
}

/** The value of a field; undefined if the key is absent. */
export function valueOfField({ object }: Form, { path }: FormField): unknown {
  return valueAt(object, path);
}

/**
 * Sets a value that the field's schema accepts, normalized by the schema. Undefined removes the key. Successive changes
 * with the same `gesture`, such as the steps of an arrow key, are one undo step.
 */
export function setField(
  win: WindowState,
  { subject }: Form,
  { path, schema }: FormField,
  value: unknown,
  gesture: string | null = null,
): void {
  const parsed = z.safeParse(schema, value);
  if (!parsed.success) return;
  const { kind } = subject;
  const change = gesture === null ? null : [kind, kind === 'crew' ? '' : subject.name, ...path, gesture].join(' ');
  setValue(win, subject, path, value === undefined ? undefined : parsed.data, change);
}

/** Why a value is refused, in plain words; null if it is not. */
export function validateValue({ schema, info }: FormField, value: unknown): string | null {
  // Without the input, an issue cannot distinguish a value of the wrong type from a missing one.
  const parsed = z.safeParse(schema, value, { reportInput: true });
  if (parsed.success) return null;
  return refusalOf(new z.ZodError(parsed.error.issues), info.label);
}

/** The properties that fields of all kinds share. */
export function fieldProps(win: WindowState, form: Form, field: FormField): FieldProps {
  const { path, info, standard } = field;
  const key = pathText([...form.path, ...path]);
  const isAbout = (at: string) => at === key || at.startsWith(`${key}.`) || at.startsWith(`${key}[`);
  const usual = typeof standard === 'number' ? ` Default: ${standard}.` : '';
  return {
    label: info.label,
    isLabelHidden: info.custom !== undefined && info.label === info.group,
    unit: info.unit,
    help: `${info.help}${usual}`,
    path: path.join('.'),
    problems: form.problems.filter((problem) => isAbout(problem.path)),
    reset: resetOf(win, form, field),
  };
}

/** Sets a field to its default as one undo step; undefined if its value is the default, or if it has none. */
function resetOf(win: WindowState, form: Form, field: FormField): FieldReset | undefined {
  const hasDefault = field.isOptional || field.standard !== undefined;
  if (!hasDefault || !isSet(form, field)) return undefined;
  return {
    defaultText: defaultText(form, field),
    onReset: () => setField(win, form, field, field.standard),
  };
}

/** The default of a field in words. */
function defaultText(form: Form, field: FormField): string {
  const { kind, info } = field;
  if (kind.kind === 'switch') return field.standard === true ? 'on' : 'off';
  const text = unsetText(form, field) ?? 'none';
  const label = kind.kind === 'choice' ? (kind.choices[text] ?? text) : text;
  const isNumber = typeof (inheritedValue(form, field) ?? field.standard) === 'number';
  const value = isNumber && info.unit !== undefined ? `${label} ${info.unit}` : label;
  return text === String(inheritedValue(form, field)) ? `${value}, as the crew` : value;
}

/** The value from the crew that applies while the key is absent. */
export function inheritedValue({ crew }: Form, { info }: FormField): unknown {
  return info.inherits === undefined ? undefined : crew.settings[info.inherits];
}

/** What applies while the key is absent, in words. */
export function unsetText(form: Form, field: FormField): string | undefined {
  const { unset } = field.info;
  const inherited = inheritedValue(form, field) ?? field.standard;
  if (typeof inherited === 'number' || (typeof inherited === 'string' && inherited !== '')) return String(inherited);
  return typeof unset === 'object' ? unset[form.crew.process] : unset;
}

/** Whether the form shows the field. Some fields are only for one process, or for files that have the key. */
export function isShown(form: Form, field: FormField): boolean {
  const { processes, orIfSet, onlyIfSet } = field.info;
  if (onlyIfSet) return isSet(form, field);
  return processes === undefined || processes.includes(form.crew.process) || (orIfSet === true && isSet(form, field));
}

/** Whether the key has a value other than the default. */
export function isSet(form: Form, field: FormField): boolean {
  const value = valueOfField(form, field);
  return value !== undefined && JSON.stringify(value) !== JSON.stringify(field.standard);
}
