import { unusedMessage } from '../../../shared/project/check-filled.ts';
import { canBePlaceholder, namesInBraces } from '../../../shared/project/placeholders.ts';
import type { Problem } from '../../../shared/project/problem.ts';
import type { Crew } from '../../../shared/project/schema.ts';
import { capped, MAX_PROBLEMS } from '../../project/json-index.ts';
import { inputsProblem, type Values } from './inputs.ts';

/**
 * Rows that lack a value which the crew's texts ask for and other rows give. A name between braces that no row gives is
 * left alone: it need not be meant for an input. If there are very many problems, returns the first ones and one that
 * counts the others.
 */
export function missingInputs(project: Crew, rows: readonly Values[]): Problem[] {
  const namesOf = (values: Values) => new Set(Object.keys(values).map((name) => name.normalize('NFC')));
  const own = namesOf(project.inputs);
  const named = rows.map(namesOf);
  const given = new Set(named.flatMap((names) => [...names]));
  const asked = [...namesInBraces(project)].filter((name) => given.has(name) && !own.has(name));
  const problems: Problem[] = [];
  let count = 0;
  for (const [at, names] of named.entries()) {
    for (const name of asked) {
      if (names.has(name)) continue;
      count += 1;
      const message = `Row ${at + 1} has no value for "${name}", which the crew uses and other rows provide.`;
      if (count <= MAX_PROBLEMS) problems.push(inputsProblem(message, { path: `[${at}]` }));
    }
  }
  return capped(problems, count);
}

/** More notes than this are counted, not listed. */
const MAX_NOTES = 20;

/** What a person may have mistyped: inputs that no text of the crew uses. Those of the crew itself are its own warnings. */
export function unusedInputs(project: Crew, rows: readonly Values[]): string[] {
  const asked = namesInBraces(project);
  const given = new Set(rows.flatMap((row) => Object.keys(row)));
  const unused = [...given].filter((name) => !asked.has(name.normalize('NFC')) && !Object.hasOwn(project.inputs, name));
  const notes = unused
    .slice(0, MAX_NOTES)
    .map((name) =>
      canBePlaceholder(name)
        ? unusedMessage(name, asked)
        : `No text can use the input "${name}": a name between braces has at most 256 characters, and neither braces nor line breaks. Rename it.`,
    );
  const others = unused.length - notes.length;
  return others === 0 ? notes : [...notes, `${others} more inputs are not used by any text of the crew.`];
}
