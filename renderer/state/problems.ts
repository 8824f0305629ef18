import { checkCrew } from '../../shared/crew/check.ts';
import { checkFilledFiles, checkWarnings } from '../../shared/crew/check-filled.ts';
import { checkServerTools } from '../../shared/crew/check-server-tools.ts';
import { checkLane } from '../../shared/crew/lane-warning.ts';
import type { Problem } from '../../shared/crew/problem.ts';
import type { ServerLists } from '../../shared/crew/resolve-tools.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { memoized } from '../../shared/memoized.ts';
import { useDocument } from './document.ts';
import { useServers } from './servers.ts';
import type { ServersState } from './stores/servers-store.ts';

/** A problem of the crew and the key of its node (`task:NAME` and so on), if it has one. */
export interface PlacedProblem extends Problem {
  node: string | null;
}

/** The crew with its own inputs. */
const AS_IT_IS = [{}];

interface Checked {
  problems: readonly PlacedProblem[];
  warnings: readonly PlacedProblem[];
  nodes: ReadonlyMap<string, PlacedProblem[]>;
}

type ListedTools = ServersState['tools'];

const NO_TOOLS: ListedTools = {};

/** The problems of a crew. `listed`: the tools that its servers are known to have. */
const checkedWith = memoized((listed: ListedTools) => memoized((crew: Crew): Checked => check(crew, listed)));

function check(crew: Crew, listed: ListedTools): Checked {
  const place = (problem: Problem) => ({ ...problem, node: nodeOf(crew, problem.path) });
  const found = [...checkCrew(crew), ...checkFilledFiles(crew, AS_IT_IS), ...checkServerTools(crew, listsOf(listed))];
  const problems = found.map(place);
  const warnings = [...checkWarnings(crew, AS_IT_IS), ...checkLane(crew)].map(place);
  const nodes = new Map<string, PlacedProblem[]>();
  for (const problem of problems) {
    if (problem.node !== null) nodes.set(problem.node, [...(nodes.get(problem.node) ?? []), problem]);
  }
  return { problems, warnings, nodes };
}

function listsOf(listed: ListedTools): ServerLists {
  return new Map(
    Object.entries(listed).map(([server, tools]) => [server, tools.map((tool) => ({ ...tool, parameters: {} }))]),
  );
}

function useChecked<Value>(select: (checked: Checked) => Value): Value {
  const listed = useServers(({ tools }) => tools);
  return useDocument(({ crew }) => select(checkedWith(listed)(crew)));
}

/** The problems that the crew alone shows, found while the person types. */
export function problemsOf(crew: Crew): readonly PlacedProblem[] {
  return checkedWith(NO_TOOLS)(crew).problems;
}

/** The problems of the crew on screen. */
export function useProblems(): readonly PlacedProblem[] {
  return useChecked(({ problems }) => problems);
}

/** Warnings: likely mistakes that do not prevent a run. */
export function useWarnings(): readonly PlacedProblem[] {
  return useChecked(({ warnings }) => warnings);
}

/** The problems of one node, by its key. */
export function useNodeProblems(node: string): readonly PlacedProblem[] {
  return useChecked(({ nodes }) => nodes.get(node) ?? NONE);
}

const NONE: readonly PlacedProblem[] = [];

/** `tasks[2].context[0]` → `task:NAME` of the third task, `mcp_servers.notes` → `server:notes`. */
export function nodeOf(crew: Crew, path: string): string | null {
  const database = /^databases\.([\w-]+)/.exec(path)?.[1];
  if (database !== undefined) return `database:${database}`;
  const server = /^mcp_servers\.([\w-]+)/.exec(path)?.[1];
  if (server !== undefined) return `server:${server}`;
  const [, kind, index] = /^(tasks|agents|pools|tools)\[(\d+)\]/.exec(path) ?? [];
  if (kind !== 'tasks' && kind !== 'agents' && kind !== 'pools' && kind !== 'tools') return null;
  const name = crew[kind][Number(index)]?.name;
  return name === undefined ? null : `${kind.slice(0, -1)}:${name}`;
}
