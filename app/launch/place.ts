import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { Problem } from '../../shared/project/problem.ts';
import { Places } from '../project/places.ts';

/** Gives problems found in the project the line and column that they have in its text; a missing value, its parent's. */
export function placeProblems(text: string, problems: readonly Problem[]): Problem[] {
  const tree = parseTree(text);
  if (!tree) return [...problems];
  const places = new Places(text);
  return problems.map((problem) => {
    if (problem.line > 0) return problem;
    const path = stepsOf(problem.path);
    for (let length = path.length; length > 0; length -= 1) {
      const node = findNodeAtLocation(tree, path.slice(0, length));
      if (node) return { ...problem, ...places.at(node.offset) };
    }
    return { ...problem, ...places.at(tree.offset) };
  });
}

/** `tasks[2].context[0]` as keys and positions. */
function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) => (index === undefined ? step : Number(index)));
}
