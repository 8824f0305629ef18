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

/** The same crew with its inputs in the paths that results are written to. */
export function withFilledPaths(project: Project, inputs: Readonly<Record<string, string>>): Project {
  const tasks = project.tasks.map((task) =>
    task.output_file === undefined ? task : { ...task, output_file: fillPlaceholders(task.output_file, inputs) },
  );
  return { ...project, tasks };
}

/** The names between braces in the texts that inputs are filled into; not all of them have to be meant for inputs. */
export function namesInBraces({ agents, tasks }: Project): ReadonlySet<string> {
  const texts = [
    ...agents.flatMap(({ role, goal, backstory }) => [role, goal, backstory ?? '']),
    ...tasks.flatMap(({ description, expected_output, output_file, guardrail }) => [
      description,
      expected_output,
      output_file ?? '',
      guardrail && 'criteria' in guardrail ? guardrail.criteria : '',
    ]),
  ];
  return new Set(texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name)));
}
