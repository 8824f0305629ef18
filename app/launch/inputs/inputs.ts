import type { Values } from '../../../shared/project/placeholders.ts';
import type { Problem } from '../../../shared/project/problem.ts';

export type { Values };

/** What a file of inputs holds: the values of one run, or the rows of a batch, each with values of its own. */
export type Inputs = { kind: 'run'; values: Values } | { kind: 'batch'; rows: readonly Values[]; notes: string[] };

export type ReadInputs = { ok: true; inputs: Inputs } | { ok: false; problems: Problem[] };

/** A batch of more rows is refused: it is rather a mistake than meant. */
export const MAX_ROWS = 10_000;

export function inputsProblem(message: string, place: Partial<Omit<Problem, 'code' | 'message'>> = {}): Problem {
  return { code: 'inputs', message, path: '', line: 0, column: 0, ...place };
}

/** Whether there are rows, and not too many of them. */
export function countProblems(rows: number): Problem[] {
  if (rows === 0)
    return [inputsProblem('The file has no rows, so there is nothing to run. Add one row of values per run.')];
  if (rows <= MAX_ROWS) return [];
  return [inputsProblem(`It has ${rows} rows, and a batch has at most ${MAX_ROWS}. Split it into several files.`)];
}
