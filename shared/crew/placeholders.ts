import type { Agent, Crew, Task } from './schema.ts';

/** Values for placeholders, by name. */
export type Values = Readonly<Record<string, string>>;

const MAX_NAME = 256;
const BRACES = /\{([^{}\r\n]{1,256})\}/g;
/**
 * Braces that are almost certainly a placeholder: one to four words, not in `${…}` and not the argument of a TeX
 * command.
 */
const PLACEHOLDER =
  /(?<!\$)(?<!\\[a-zA-Z]+)\{(?=([\p{L}_][\p{L}\p{M}\p{N}_-]{0,63}(?: [\p{L}\p{N}_-][\p{L}\p{M}\p{N}_-]*){0,3})\})/gu;

/**
 * Replaces `{name}` with the input of that name, which may contain spaces. Braces around anything else remain, so that
 * JSON in a text is unchanged. Placeholders inside inputs are not replaced.
 */
export function fillPlaceholders(text: string, inputs: Values): string {
  return text.replace(BRACES, (whole, name: string) => inputNamed(inputs, name) ?? whole);
}

/** Returns the input with this name, in any Unicode form. */
function inputNamed(inputs: Values, name: string): string | undefined {
  if (Object.hasOwn(inputs, name)) return inputs[name];
  const composed = name.normalize('NFC');
  const same = Object.keys(inputs).find((other) => other.normalize('NFC') === composed);
  return same === undefined ? undefined : inputs[same];
}

/** Whether a name can be written between braces. */
export function canBePlaceholder(name: string): boolean {
  return name.length <= MAX_NAME && /^[^{}\r\n]+$/.test(name);
}

/** Returns the crew with its inputs filled into the paths of output files. */
export function withFilledPaths(crew: Crew, inputs: Values): Crew {
  const tasks = crew.tasks.map((task) =>
    task.output_file === undefined ? task : { ...task, output_file: fillPlaceholders(task.output_file, inputs) },
  );
  return { ...crew, tasks };
}

/** The texts that inputs are filled into, by their path in an agent or a task. */
export type Texts = readonly (readonly [path: string, text: string])[];

/** Returns the texts of an agent that inputs are filled into. */
export function textsOfAgent({ role, goal, backstory }: Agent): Texts {
  return [
    ['role', role],
    ['goal', goal],
    ['backstory', backstory ?? ''],
  ];
}

/** Returns the texts of a task that inputs are filled into. */
export function textsOfTask({ description, expected_output, output_file, guardrail }: Task): Texts {
  return [
    ['description', description],
    ['expected_output', expected_output],
    ['output_file', output_file ?? ''],
    ['guardrail.criteria', guardrail && 'criteria' in guardrail ? guardrail.criteria : ''],
  ];
}

/** Returns the names between braces in a text, composed (NFC). Not all of them are necessarily placeholders. */
export function namesInText(text: string): string[] {
  return text.includes('{') ? [...text.matchAll(BRACES)].map(([, name = '']) => name.normalize('NFC')) : [];
}

/** Returns the names between braces that look like placeholders, composed (NFC). */
export function placeholdersInText(text: string): string[] {
  return text.includes('{') ? [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name.normalize('NFC')) : [];
}

/** Returns the names between braces in all texts of a crew. */
export function namesInBraces({ agents, tasks }: Crew): ReadonlySet<string> {
  const texts = [...agents.flatMap(textsOfAgent), ...tasks.flatMap(textsOfTask)];
  return new Set(texts.flatMap(([, text]) => namesInText(text)));
}
