import type { Values } from '../../../shared/crew/placeholders.ts';
import type { Problem } from '../../../shared/crew/problem.ts';

export type { Values };

/** The content of an inputs file: the values of one run, or the rows of a batch. */
export type Inputs = { kind: 'run'; values: Values } | { kind: 'batch'; rows: readonly Values[]; notes: string[] };

export type ReadInputs = { ok: true; inputs: Inputs } | { ok: false; problems: Problem[] };

/** Maximum number of rows of a batch. More rows are probably a mistake. */
export const MAX_ROWS = 10_000;

/** Makes a problem with code `inputs`. */
export function inputsProblem(message: string, place: Partial<Omit<Problem, 'code' | 'message'>> = {}): Problem {
  return { code: 'inputs', message, path: '', line: 0, column: 0, ...place };
}

/** Checks that the number of rows is between 1 and MAX_ROWS. */
export function countProblems(rows: number): Problem[] {
  if (rows === 0)
    return [inputsProblem('The file has no rows, so there is nothing to run. Add one row of values per run.')];
  if (rows <= MAX_ROWS) return [];
  return [
    inputsProblem(`The file has ${rows} rows, but a batch can have at most ${MAX_ROWS}. Split it into several files.`),
  ];
}
