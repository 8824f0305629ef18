import { namesInBraces } from '../../../shared/project/placeholders.ts';
import type { Problem } from '../../../shared/project/problem.ts';
import type { Project } from '../../../shared/project/schema.ts';
import { inputsProblem, type Values } from './inputs.ts';

/**
 * Rows that lack a value which the crew's texts ask for and other rows give. A name between braces that no row gives is
 * left alone: it need not be meant for an input.
 */
export function missingInputs(project: Project, rows: readonly Values[]): Problem[] {
  const given = new Set(rows.flatMap((row) => Object.keys(row)));
  const asked = [...namesInBraces(project)].filter((name) => given.has(name) && !Object.hasOwn(project.inputs, name));
  return rows.flatMap((row, at) =>
    asked
      .filter((name) => !Object.hasOwn(row, name))
      .map((name) => {
        const message = `Row ${at + 1} has no value for "${name}", which the crew's texts ask for and other rows give.`;
        return inputsProblem(message, { path: `[${at}]` });
      }),
  );
}

/** What a person may have mistyped: inputs that no text of the crew asks for. */
export function unusedInputs(project: Project, rows: readonly Values[]): string[] {
  const asked = namesInBraces(project);
  const given = new Set(rows.flatMap((row) => Object.keys(row)));
  const unused = [...given].filter((name) => !asked.has(name));
  if (unused.length === 0) return [];
  const names = unused.map((name) => `"${name}"`).join(', ');
  return [`No text of the crew asks for ${names}: write {${unused[0]}} where its value is to stand.`];
}
