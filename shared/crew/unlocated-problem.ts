import type { Problem } from './problem.ts';

export type Path = readonly (string | number)[];

/** A problem whose location in a text is not known yet. */
export interface UnlocatedProblem {
  code: string;
  message: string;
  path: Path;
  /** The location is the key itself, the last element of `path`, and not its value. */
  atKey?: true;
}

/** Formats a path as `tasks[2].context[0]`. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** Converts a problem for a crew without a text, as in the window: it has no line and no column. */
export function unplaced(problem: UnlocatedProblem): Problem {
  const { code, message, path } = problem;
  return { code, message, path: pathText(path), line: 0, column: 0 };
}
