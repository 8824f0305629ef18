import type { Json } from '../json.ts';
import type { Guardrail } from './guardrails.ts';
import type { Agent, Crew, Task } from './schema.ts';
import type { Path } from './unlocated-problem.ts';

/**
 * Placeholders in texts. `{name}` is replaced by a value, `{a.b.0}` by a value inside it. A text is written as it is,
 * other JSON as compact JSON. Values are filled in once: braces in a value remain. `{{name}}` writes `{name}`. All other
 * braces remain, so that JSON in a text is unchanged.
 */

/** Values of placeholders, by name: inputs, and values that only one task has. */
export type Values = Readonly<Record<string, Json>>;

const MAX_NAME = 256;
const BRACES = /(?<!\{)\{\{([^{}\r\n]{1,256})\}\}(?!\})|\{([^{}\r\n]{1,256})\}/gu;
/** A name of letters, digits, `_` and `-`, and any number of steps into its value. */
const PATH = /^[\p{L}_][\p{L}\p{M}\p{N}_-]{0,63}(?:\.[\p{L}\p{M}\p{N}_-]+)*$/u;
/** Two to four words. They are probably a placeholder whose name has spaces. */
const WORDS = /^[\p{L}_][\p{L}\p{M}\p{N}_-]{0,63}(?: [\p{L}\p{N}_-][\p{L}\p{M}\p{N}_-]*){1,3}$/u;
/** Before the braces of a shell variable, and of the argument of a TeX command. */
const FOREIGN = /(?:\$|\\[a-zA-Z]+)$/;
const FOREIGN_CHARACTERS = 32;

/** Replaces the placeholders of a text. A placeholder without a value remains as it is written. */
export function fillPlaceholders(text: string, values: Values): string {
  if (!text.includes('{')) return text;
  return text.replace(BRACES, (whole, escaped: string | undefined, name = escaped) => {
    const value = valueAt(values, name);
    if (escaped !== undefined) return value !== undefined || isPath(escaped) ? `{${escaped}}` : whole;
    return value === undefined ? whole : valueText(value);
  });
}

/**
 * Replaces the placeholders of all texts in a JSON value. A text that is one placeholder becomes the value itself, with
 * its type.
 */
export function fillJson(json: Json, values: Values): Json {
  if (typeof json === 'string') return valueOfWhole(json, values) ?? fillPlaceholders(json, values);
  if (Array.isArray(json)) return json.map((item) => fillJson(item, values));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, fillJson(value, values)]));
}

function valueOfWhole(text: string, values: Values): Json | undefined {
  const [, name] = /^\{([^{}\r\n]{1,256})\}$/u.exec(text) ?? [];
  return name === undefined ? undefined : valueAt(values, name);
}

/** Returns all texts in a JSON value, with their paths in it. */
export function textsInJson(json: Json, at: Path = []): Texts {
  if (typeof json === 'string') return [[at, json]];
  if (typeof json !== 'object' || json === null) return [];
  const entries = Array.isArray(json) ? json.map((item, index) => [index, item] as const) : Object.entries(json);
  return entries.flatMap(([key, value]) => textsInJson(value, [...at, key]));
}

/** Returns the placeholders of a text that have no value. */
export function unfilledIn(text: string, values: Values): string[] {
  return placeholdersInText(text).filter((name) => isPath(name) && valueAt(values, name) === undefined);
}

/** Returns a value as a text contains it. */
export function valueText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * Returns the value that a placeholder names; undefined if there is none. The whole text may be a name, with spaces and
 * in any Unicode form; otherwise the first segment is, and the others are keys and positions (from 0) in its value.
 */
export function valueAt(values: Values, placeholder: string): Json | undefined {
  const whole = valueNamed(values, placeholder);
  if (whole !== undefined || !placeholder.includes('.')) return whole;
  const [first = '', ...steps] = placeholder.split('.');
  return steps.reduce<Json | undefined>(valueInside, valueNamed(values, first));
}

function valueInside(value: Json | undefined, step: string): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return /^\d+$/.test(step) ? value[Number(step)] : undefined;
  return valueNamed(value, step);
}

function valueNamed(values: Values, name: string): Json | undefined {
  if (Object.hasOwn(values, name)) return values[name];
  const plain = plainInputName(name);
  const same = Object.keys(values).find((other) => plainInputName(other) === plain);
  return same === undefined ? undefined : values[same];
}

/** The form in which names of inputs are compared: composed (NFC), with `_` in place of spaces. */
export function plainInputName(name: string): string {
  return name.normalize('NFC').replace(/\s/gu, '_');
}

/** Joins values. Later ones replace earlier ones of the same name, also if it is spelled differently. */
export function joinValues(...layers: readonly Values[]): Values {
  const joined = new Map<string, [name: string, value: Json]>();
  for (const layer of layers) {
    for (const entry of Object.entries(layer)) joined.set(plainInputName(entry[0]), entry);
  }
  return Object.fromEntries(joined.values());
}

/** Whether a text can name a value: a name, or a path into its value. */
export function isPath(name: string): boolean {
  return PATH.test(name);
}

/** Whether a name can be written between braces. */
export function canBePlaceholder(name: string): boolean {
  return name.length <= MAX_NAME && /^[^{}\r\n]+$/.test(name);
}

/** Returns the crew with its inputs filled into the paths of output files. Those of tasks in crew files are filled already. */
export function withFilledPaths(crew: Crew, values: Values): Crew {
  const tasks = crew.tasks.map((task) =>
    task.output_file === undefined || task.name.includes('/')
      ? task
      : { ...task, output_file: fillPlaceholders(task.output_file, values) },
  );
  return { ...crew, tasks };
}

/** The texts that inputs are filled into, by their path in an agent or a task. */
export type Texts = readonly (readonly [path: Path, text: string])[];

/** Returns the texts of an agent that inputs are filled into. */
export function textsOfAgent({ role, goal, backstory }: Agent): Texts {
  return [
    [['role'], role],
    [['goal'], goal],
    [['backstory'], backstory ?? ''],
  ];
}

/** Returns the texts of a task that inputs are filled into. */
export function textsOfTask(task: Task): Texts {
  const {
    description,
    expected_output,
    output_file,
    attachments,
    guardrail,
    guardrails = [],
    call,
    inputs = {},
  } = task;
  return [
    [['description'], description],
    [['expected_output'], expected_output],
    [['output_file'], output_file ?? ''],
    ...(attachments ?? []).map((file, index) => [['attachments', index], file] as const),
    ...(call === undefined ? [] : textsInJson(call.arguments, ['call', 'arguments'])),
    ...textsInJson(inputs, ['inputs']),
    [['guardrail', 'criteria'], criteriaOf(guardrail)],
    ...guardrails.map((one, index) => [['guardrails', index, 'criteria'], criteriaOf(one)] as const),
  ];
}

function criteriaOf(guardrail: Guardrail | undefined): string {
  return guardrail && 'criteria' in guardrail ? guardrail.criteria : '';
}

/** Returns the names of inputs that a text may use, in the form of `plainInputName`. Not all of them are necessarily inputs. */
export function namesInText(text: string): string[] {
  return placeholdersIn(text).flatMap(({ name }) => [plainInputName(name), plainInputName(firstSegment(name))]);
}

/** Returns the texts between braces that look like placeholders, composed (NFC): paths, and a few words. */
export function placeholdersInText(text: string): string[] {
  return placeholdersIn(text).flatMap(({ name, before }) =>
    (PATH.test(name) || WORDS.test(name)) && !FOREIGN.test(before) ? [name] : [],
  );
}

/** Returns the name that a placeholder begins with, which is an input unless only the whole text is one. */
export function firstSegment(placeholder: string): string {
  return placeholder.split('.')[0] ?? placeholder;
}

function placeholdersIn(text: string): { name: string; before: string }[] {
  if (!text.includes('{')) return [];
  return [...text.matchAll(BRACES)].flatMap(({ 2: name, index }) =>
    name === undefined
      ? []
      : [{ name: name.normalize('NFC'), before: text.slice(Math.max(0, index - FOREIGN_CHARACTERS), index) }],
  );
}
