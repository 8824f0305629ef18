import { checkApprovals } from './check-approvals.ts';
import { callProblems } from './check-call.ts';
import { flowProblems, type Routers } from './check-flow.ts';
import { forEachProblems } from './check-for-each.ts';
import { checkGuardrails } from './check-guardrails.ts';
import { knowledgeProblems } from './check-knowledge.ts';
import { repeatProblems } from './check-repeat.ts';
import { toolProblems, unknownTools } from './check-tools.ts';
import { contextOf, taskOfEntry } from './context.ts';
import { findCycles } from './cycle.ts';
import { GENERATOR_NAMES, isGeneratorName } from './generators.ts';
import { type LooseCrew, type LooseTask, looseOf } from './loose.ts';
import { requestProblems } from './model-request.ts';
import type { Problem } from './problem.ts';
import { protectedPath, protectedText } from './protected-path.ts';
import { choicesOfRouter } from './router.ts';
import type { Crew } from './schema.ts';
import { type Path, type UnlocatedProblem, unplaced } from './unlocated-problem.ts';
import { workspaceNameProblem } from './workspace-name.ts';

/**
 * Checks all rules of a crew file that combine several values, and those of its settings (`checkSettings`). The schema
 * contains the rules for other single values.
 */
export function checkCrew(crew: Crew): Problem[] {
  return [...findProblems(looseOf(crew)).map(unplaced), ...checkSettings(crew)];
}

/** Checks settings with which a file can be opened, but not run: the workspace and the generator that it names. */
export function checkSettings(crew: Crew): Problem[] {
  return [...checkWorkspaceName(crew), ...checkGeneratorName(crew)];
}

/** Checks that `settings.workspace` names a folder that a crew file can name. */
function checkWorkspaceName({ settings }: Crew): Problem[] {
  const { workspace } = settings;
  const why = workspace === undefined ? null : workspaceNameProblem(workspace);
  if (why === null) return [];
  const message = `settings.workspace is "${workspace}", which ${why}. Name a folder below the crew file's own folder, or remove it and choose a folder with --workspace or in the window.`;
  return [unplaced({ code: 'workspace', message, path: ['settings', 'workspace'] })];
}

/** Checks that `settings.prepare` names a generator of this version. */
function checkGeneratorName({ settings }: Crew): Problem[] {
  const { prepare } = settings;
  if (prepare === undefined || isGeneratorName(prepare)) return [];
  const message = `settings.prepare: unknown generator "${prepare}". Use ${GENERATOR_NAMES.join(' or ')}, or remove it.`;
  return [unplaced({ code: 'unknown_generator', message, path: ['settings', 'prepare'] })];
}

/** Like `checkCrew`, and checks that there is something to run. */
export function checkRunnable(crew: Crew): Problem[] {
  return [...checkCrew(crew), ...nothingToRun(crew).map(unplaced)];
}

/** Returns a problem for a crew without agents or tasks, which can be opened and saved, but not run. */
export function nothingToRun(crew: Crew): UnlocatedProblem[] {
  const needsAgents = crew.tasks.some(({ crew: file }) => file === undefined);
  const missing = crew.tasks.length === 0 ? 'tasks' : crew.agents.length === 0 && needsAgents ? 'agents' : null;
  if (missing === null) return [];
  return [
    {
      code: 'nothing_to_run',
      message: `Nothing to run: the crew has no ${missing}. Add at least one.`,
      path: [missing],
    },
  ];
}

export function findProblems(crew: LooseCrew): UnlocatedProblem[] {
  const names = {
    agents: new Set(crew.agents.map(({ name }) => name)),
    tasks: new Set(crew.tasks.map(({ name }) => name)),
    pools: new Map(crew.pools.map(({ name, capacity }) => [name, capacity])),
    routers: new Map(crew.tasks.map((task) => [task.name, choicesOfRouter(task) ?? []])),
  };
  return [
    ...duplicateNames(crew),
    ...managers(crew),
    ...toolProblems(crew),
    ...knowledgeProblems(crew),
    ...requestProblems(crew.settings, ['settings']),
    ...crew.agents.flatMap((agent, index) => [
      ...unknownTools(agent.tools, crew, ['agents', index, 'tools']),
      ...requestProblems(agent, ['agents', index]),
    ]),
    ...crew.tasks.flatMap((task, index) => taskProblems(crew, task, index, names)),
    ...checkApprovals(crew),
    ...cycles(crew),
    ...workloadProblems(crew, names.tasks),
  ];
}

interface Names {
  agents: ReadonlySet<string>;
  tasks: ReadonlySet<string>;
  pools: ReadonlyMap<string, number>;
  routers: Routers;
}

function taskProblems(crew: LooseCrew, task: LooseTask, index: number, names: Names): UnlocatedProblem[] {
  const at = (...path: Path): Path => ['tasks', index, ...path];
  const reference = (known: ReadonlySet<string>, kind: string, name: string | undefined, path: Path) =>
    unknownReference(known, kind, name, task.name, path);
  return [
    ...missingAgent(crew, task, index),
    ...reference(names.agents, 'agent', task.agent, at('agent')),
    ...(task.agents ?? []).flatMap((name, place) => reference(names.agents, 'agent', name, at('agents', place))),
    ...task.context.flatMap((entry, place) =>
      reference(
        names.tasks,
        'task',
        taskOfEntry(entry),
        at('context', place, ...(typeof entry === 'string' ? [] : ['task'])),
      ),
    ),
    ...reference(names.tasks, 'task', task.for_each?.task, at('for_each', 'task')),
    ...reference(names.tasks, 'task', task.repeat?.from, at('repeat', 'from')),
    ...task.resources.flatMap((demand, place) => poolProblems(task, demand, names.pools, at('resources', place))),
    ...unknownTools(task.tools, crew, at('tools')),
    ...unknownTools(task.call ? [task.call.tool] : [], crew, at('call', 'tool')),
    ...callProblems(task, at),
    ...flowProblems(task, names.routers, at),
    ...outputFile(task, at('output_file')),
    ...task.attachments.flatMap((file, place) => attachment(task.name, file, at('attachments', place))),
    ...checkGuardrails(task, at(), names.agents),
    ...forEachProblems(crew.tasks, task, index),
    ...repeatProblems(crew.tasks, task, at),
  ];
}

function unknownReference(
  known: ReadonlySet<string>,
  kind: string,
  name: string | undefined,
  task: string,
  path: Path,
): UnlocatedProblem[] {
  if (name === undefined || name === '' || known.has(name)) return [];
  const message = `Task "${task}" refers to ${kind} "${name}", which does not exist. Add it, or fix the name.`;
  return [{ code: 'unknown_reference', message, path }];
}

function missingAgent(crew: LooseCrew, task: LooseTask, index: number): UnlocatedProblem[] {
  const needsNone = task.call !== undefined || task.crew !== undefined;
  if (task.agent !== undefined || needsNone || (crew.process !== 'sequential' && crew.process !== '')) return [];
  const message = `Task "${task.name}" has no agent. In a sequential crew each task needs one: set "agent".`;
  return [{ code: 'no_agent', message, path: ['tasks', index] }];
}

function poolProblems(
  task: LooseTask,
  demand: { pool: string; units: number },
  pools: ReadonlyMap<string, number>,
  path: Path,
): UnlocatedProblem[] {
  const capacity = pools.get(demand.pool);
  if (capacity === undefined) return unknownReference(new Set(), 'pool', demand.pool, task.name, [...path, 'pool']);
  const units = task.resources.reduce((sum, other) => sum + (other.pool === demand.pool ? other.units : 0), 0);
  if (units <= capacity) return [];
  const message = `Task "${task.name}" needs ${units} units of pool "${demand.pool}", which has ${capacity}. Ask for fewer, or make the pool larger.`;
  return [{ code: 'pool_too_small', message, path: [...path, 'units'] }];
}

/**
 * Checks the path of an output file. Both separators count on every system, so that a crew file has the same meaning
 * everywhere.
 */
export function outputFile(task: Pick<LooseTask, 'name' | 'output_file'>, path: Path): UnlocatedProblem[] {
  const file = task.output_file;
  if (file === undefined) return [];
  if (leavesWorkspace(file)) {
    const message = `Task "${task.name}" writes "${file}", which is outside the workspace. Give a path inside it, without "..".`;
    return [{ code: 'outside_workspace', message, path }];
  }
  const kind = protectedPath(file);
  if (kind === null) return [];
  const message = `Task "${task.name}" writes "${file}". Tasks cannot write ${protectedText(kind)}. Give another path.`;
  return [{ code: 'protected_file', message, path }];
}

/** Checks the path of an attachment, which only has to stay inside the workspace. */
function attachment(task: string, file: string, path: Path): UnlocatedProblem[] {
  if (!leavesWorkspace(file) && protectedPath(file) !== 'crewlane') return [];
  const message = `Task "${task}" attaches "${file}", which is outside the workspace. Give a path inside it, without "..".`;
  return [{ code: 'outside_workspace', message, path }];
}

function leavesWorkspace(file: string): boolean {
  return /^([/\\]|[A-Za-z]:)/.test(file) || file.split(/[/\\]/).includes('..');
}

function duplicateNames(crew: LooseCrew): UnlocatedProblem[] {
  const seen = new Map<string, string>();
  const findings: UnlocatedProblem[] = [];
  for (const kind of ['agents', 'tasks', 'pools'] as const) {
    crew[kind].forEach(({ name }, index) => {
      if (name === '') return;
      const plain = name.normalize('NFC').toLowerCase();
      const first = seen.get(plain);
      const here = `${kind.slice(0, -1)} "${name}"`;
      if (first === undefined) seen.set(plain, here);
      else {
        const message = `Duplicate name: ${first} and ${here}. Names must be unique among agents, tasks and pools, ignoring case. Rename one of them.`;
        findings.push({ code: 'duplicate_name', message, path: [kind, index, 'name'] });
      }
    });
  }
  return findings;
}

function managers(crew: LooseCrew): UnlocatedProblem[] {
  if (crew.process !== 'hierarchical') return [];
  const managing = crew.agents.flatMap(({ manager }, index) => (manager ? [index] : []));
  if (managing.length === 1) return [];
  if (managing.length === 0) {
    const message =
      'A hierarchical crew needs exactly one manager, but no agent is one. Set "manager": true on one agent.';
    return [{ code: 'manager_count', message, path: ['agents'] }];
  }
  const names = managing.map((index) => `"${crew.agents[index]?.name}"`).join(' and ');
  const message = `A hierarchical crew needs exactly one manager, but ${names} are managers. Keep one.`;
  return [{ code: 'manager_count', message, path: ['agents', managing[1] ?? 0, 'manager'] }];
}

function cycles(crew: LooseCrew): UnlocatedProblem[] {
  const found = findCycles(new Map(crew.tasks.map((task) => [task.name, contextOf(task)])));
  return found.map(([first = '', ...others]) => {
    const index = crew.tasks.findIndex(({ name }) => name === first);
    const before = others[0] ?? first;
    const place = crew.tasks[index]?.context.findIndex((entry) => taskOfEntry(entry) === before) ?? -1;
    const message = `Dependency cycle: ${[first, ...others, first].join(' → ')}. Remove one of these tasks from another's "context".`;
    return { code: 'cycle', message, path: ['tasks', index, 'context', Math.max(place, 0)] };
  });
}

function workloadProblems(crew: LooseCrew, tasks: ReadonlySet<string>): UnlocatedProblem[] {
  return Object.entries(crew.workload).flatMap(([entry, { measure }]) => {
    const named = [
      { task: measure?.items?.task, path: ['workload', entry, 'measure', 'items', 'task'] },
      { task: measure?.checks, path: ['workload', entry, 'measure', 'checks'] },
    ];
    return named.flatMap(({ task, path }) => {
      if (task === undefined || task === '' || tasks.has(task)) return [];
      const message = `Workload "${entry}" refers to task "${task}", which does not exist. Fix the name.`;
      return [{ code: 'unknown_reference', message, path }];
    });
  });
}
