import { checkCrew } from '../../shared/crew/check.ts';
import { checkFilledFiles, checkWarnings } from '../../shared/crew/check-filled.ts';
import { checkLane } from '../../shared/crew/lane-warning.ts';
import type { Problem } from '../../shared/crew/problem.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { memoized } from '../../shared/memoized.ts';
import { useDocument } from './document.ts';

/** A problem of the crew and the key of its node (`task:NAME` and so on), if it has one. */
export interface PlacedProblem extends Problem {
  node: string | null;
}

/** The crew with its own inputs. */
const AS_IT_IS = [{}];

const checked = memoized((crew: Crew) => {
  const place = (problem: Problem) => ({ ...problem, node: nodeOf(crew, problem.path) });
  const problems = [...checkCrew(crew), ...checkFilledFiles(crew, AS_IT_IS)].map(place);
  const warnings = [...checkWarnings(crew, AS_IT_IS), ...checkLane(crew)].map(place);
  const nodes = new Map<string, PlacedProblem[]>();
  for (const problem of problems) {
    if (problem.node !== null) nodes.set(problem.node, [...(nodes.get(problem.node) ?? []), problem]);
  }
  return { problems, warnings, nodes };
});

/** The problems of the crew on screen, found while the person types. */
export function problemsOf(crew: Crew): readonly PlacedProblem[] {
  return checked(crew).problems;
}

/** The problems of the crew on screen. */
export function useProblems(): readonly PlacedProblem[] {
  return useDocument(({ crew }) => checked(crew).problems);
}

/** Warnings: likely mistakes that do not prevent a run. */
export function useWarnings(): readonly PlacedProblem[] {
  return useDocument(({ crew }) => checked(crew).warnings);
}

/** The problems of one node, by its key. */
export function useNodeProblems(node: string): readonly PlacedProblem[] {
  return useDocument(({ crew }) => checked(crew).nodes.get(node) ?? NONE);
}

const NONE: readonly PlacedProblem[] = [];

/** `tasks[2].context[0]` → `task:NAME` of the third task. */
export function nodeOf(crew: Crew, path: string): string | null {
  const [, kind, index] = /^(tasks|agents|pools)\[(\d+)\]/.exec(path) ?? [];
  if (kind !== 'tasks' && kind !== 'agents' && kind !== 'pools') return null;
  const name = crew[kind][Number(index)]?.name;
  return name === undefined ? null : `${kind.slice(0, -1)}:${name}`;
}
