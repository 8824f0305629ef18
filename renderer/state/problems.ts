import { checkProject } from '../../shared/project/check.ts';
import { checkFilledFiles, checkWarnings } from '../../shared/project/check-filled.ts';
import type { Problem } from '../../shared/project/problem.ts';
import type { Crew } from '../../shared/project/schema.ts';
import { useDocument } from './document.ts';

/** A problem of the crew and the key of its node (`task:NAME` and so on), if it has one. */
export interface PlacedProblem extends Problem {
  node: string | null;
}

/** The crew with its own inputs. */
const AS_IT_IS = [{}];

let known: {
  project: Crew;
  problems: readonly PlacedProblem[];
  warnings: readonly PlacedProblem[];
  nodes: ReadonlyMap<string, PlacedProblem[]>;
} | null = null;

function checked(project: Crew) {
  if (known?.project === project) return known;
  const place = (problem: Problem) => ({ ...problem, node: nodeOf(project, problem.path) });
  const problems = [...checkProject(project), ...checkFilledFiles(project, AS_IT_IS)].map(place);
  const warnings = checkWarnings(project, AS_IT_IS).map(place);
  const nodes = new Map<string, PlacedProblem[]>();
  for (const problem of problems) {
    if (problem.node !== null) nodes.set(problem.node, [...(nodes.get(problem.node) ?? []), problem]);
  }
  known = { project, problems, warnings, nodes };
  return known;
}

/** The problems of the crew on screen, found while the person types. */
export function problemsOf(project: Crew): readonly PlacedProblem[] {
  return checked(project).problems;
}

export function useProblems(): readonly PlacedProblem[] {
  return useDocument(({ project }) => checked(project).problems);
}

/** Warnings: likely mistakes that do not prevent a run. */
export function useWarnings(): readonly PlacedProblem[] {
  return useDocument(({ project }) => checked(project).warnings);
}

/** The problems of one node, by its key. */
export function useNodeProblems(node: string): readonly PlacedProblem[] {
  return useDocument(({ project }) => checked(project).nodes.get(node) ?? NONE);
}

const NONE: readonly PlacedProblem[] = [];

/** `tasks[2].context[0]` → `task:NAME` of the third task. */
export function nodeOf(project: Crew, path: string): string | null {
  const [, kind, index] = /^(tasks|agents|pools)\[(\d+)\]/.exec(path) ?? [];
  if (kind !== 'tasks' && kind !== 'agents' && kind !== 'pools') return null;
  const name = project[kind][Number(index)]?.name;
  return name === undefined ? null : `${kind.slice(0, -1)}:${name}`;
}
