import { parseTree } from 'jsonc-parser';
import type { Problem } from '../../shared/project/problem.ts';
import { capped, JsonIndex, MORE_PROBLEMS } from '../project/json-index.ts';

/**
 * Gives problems that were found in a crew the line and column that they have in its text; a missing value gets its
 * parent's. If there are very many problems, returns the first ones and one that counts the others.
 */
export function placeProblems(text: string, problems: readonly Problem[]): Problem[] {
  const tree = parseTree(text);
  if (!tree) return capped(problems);
  const index = new JsonIndex(text, tree);
  return capped(problems).map((problem) =>
    problem.line > 0 || problem.code === MORE_PROBLEMS
      ? problem
      : { ...problem, ...index.at(index.offsetOf(stepsOf(problem.path))) },
  );
}

/** `tasks[2].context[0]` as keys and positions. */
function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) => (index === undefined ? step : Number(index)));
}
