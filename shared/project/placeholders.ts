import type { Project } from './schema.ts';

const PLACEHOLDER = /\{([^{}\s]{1,64})\}/g;

/**
 * Replaces `{name}` by the input of that name. Braces around anything else stay as they are, so that JSON in a text
 * survives; inputs are not filled in again.
 */
export function fillPlaceholders(text: string, inputs: Readonly<Record<string, string>>): string {
  return text.replace(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(inputs, name) ? (inputs[name] ?? whole) : whole,
  );
}

/** The names between braces in the texts that inputs are filled into; not all of them have to be meant for inputs. */
export function namesInBraces({ agents, tasks }: Project): ReadonlySet<string> {
  const texts = [
    ...agents.flatMap(({ role, goal, backstory }) => [role, goal, backstory ?? '']),
    ...tasks.flatMap(({ description, expected_output }) => [description, expected_output]),
  ];
  return new Set(texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name)));
}
