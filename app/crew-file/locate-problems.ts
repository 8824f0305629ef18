import { parseTree } from 'jsonc-parser';
import type { Problem } from '../../shared/crew/problem.ts';
import { capped, JsonIndex, MORE_PROBLEMS } from './json-index.ts';

/**
 * Adds the line and column in the text of the crew file to problems. A missing value gets the location of its parent.
 * Returns at most MAX_PROBLEMS problems and one that counts the rest.
 */
export function locateProblems(text: string, problems: readonly Problem[]): Problem[] {
  const tree = parseTree(text);
  if (!tree) return capped(problems);
  const index = new JsonIndex(text, tree);
  return capped(problems).map((problem) =>
    problem.line > 0 || problem.code === MORE_PROBLEMS
      ? problem
      : { ...problem, ...index.at(index.offsetOf(stepsOf(problem.path))) },
  );
}

/** Splits a path such as `tasks[2].context[0]` into keys and indexes. */
function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) => (index === undefined ? step : Number(index)));
}
