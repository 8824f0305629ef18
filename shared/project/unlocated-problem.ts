import type { Problem } from './problem.ts';

export type Path = readonly (string | number)[];

/** A problem whose place in a text is not known yet. */
export interface UnlocatedProblem {
  code: string;
  message: string;
  path: Path;
  /** The place is the key itself, the last of `path`, rather than its value. */
  atKey?: true;
}

/** `tasks[2].context[0]`. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** The finding where there is no text, as in the window. */
export function unplaced(problem: UnlocatedProblem): Problem {
  const { code, message, path } = problem;
  return { code, message, path: pathText(path), line: 0, column: 0 };
}
