import { unusedMessage } from '../../../shared/crew/check-filled.ts';
import { namesUsedIn } from '../../../shared/crew/missing-inputs.ts';
import { canBePlaceholder, plainInputName } from '../../../shared/crew/placeholders.ts';
import type { Problem } from '../../../shared/crew/problem.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { capped, MAX_PROBLEMS } from '../../crew-file/json-index.ts';
import { inputsProblem, type Values } from './inputs.ts';

/**
 * Reports rows without a value that the crew uses and other rows provide. A name in braces that no row provides is
 * ignored, because it may not be an input. Returns at most MAX_PROBLEMS problems and one that counts the rest.
 */
export function missingInputs(crew: Crew, rows: readonly Values[]): Problem[] {
  const namesOf = (values: Values) => new Set(Object.keys(values).map(plainInputName));
  const own = namesOf(crew.inputs);
  const named = rows.map(namesOf);
  const given = new Set(named.flatMap((names) => [...names]));
  const used = [...namesUsedIn(crew)].filter((name) => given.has(name) && !own.has(name));
  const problems: Problem[] = [];
  let count = 0;
  for (const [at, names] of named.entries()) {
    for (const name of used) {
      if (names.has(name)) continue;
      count += 1;
      const message = `Row ${at + 1} has no value for "${name}", which the crew uses and other rows provide.`;
      if (count <= MAX_PROBLEMS) problems.push(inputsProblem(message, { path: `[${at}]` }));
    }
  }
  return capped(problems, count);
}

/** Maximum number of listed notes; the rest are counted. */
const MAX_NOTES = 20;

/**
 * Notes about inputs that the crew does not use, which may be typos. Unused inputs of the crew file are reported as
 * warnings of the crew.
 */
export function unusedInputs(crew: Crew, rows: readonly Values[]): string[] {
  const used = namesUsedIn(crew);
  const given = new Set(rows.flatMap((row) => Object.keys(row)));
  const unused = [...given].filter((name) => !used.has(plainInputName(name)) && !Object.hasOwn(crew.inputs, name));
  const notes = unused
    .slice(0, MAX_NOTES)
    .map((name) =>
      canBePlaceholder(name)
        ? unusedMessage(name, used)
        : `The input "${name}" cannot be used as a placeholder: a name in braces has at most 256 characters and no braces or line breaks. Rename it.`,
    );
  const others = unused.length - notes.length;
  return others === 0 ? notes : [...notes, `The crew does not use ${others} more inputs.`];
}
