import { cacheMode } from '../crew/cache.ts';
import { choicesOfEdge, contextOf } from '../crew/context.ts';
import { isReviewed } from '../crew/human-review.ts';
import { hasPerformer, needsAgent } from '../crew/performers.ts';
import type { Crew } from '../crew/schema.ts';
import { memoized } from '../memoized.ts';
import { managerOf, needsAssignment } from '../run/assignment.ts';
import { consensualAgents, turnNameOf } from '../run/consensus.ts';
import { ASSIGNMENT } from '../run/events/shapes.ts';
import { hasInstances, isAligned } from '../run/expansion/grow-crew.ts';
import { instanceName, instanceOf } from '../run/expansion/task-names.ts';

type Task = Crew['tasks'][number];

/** The units that a task needs of a pool of the file, by its name. */
export interface UnitDemand {
  pool: string;
  units: number;
}

/** A turn that the graph plans. */
export interface PlannedTurn {
  /** Null if the attempt has only one turn, else `propose:AGENT` or `vote:AGENT`. */
  readonly name: string | null;
  /** Null: the agent that the task is assigned to. */
  readonly agent: string | null;
}

/** A task that runs once for each item of a list. It has no turns: its instances have them. */
export interface GraphForEach {
  readonly onFailure: 'continue' | 'fail';
  /** The task with the list, if it runs for each result of that task without waiting for all of them; null otherwise. */
  readonly aligned: number | null;
}

/** A task in the scheduler, with indices instead of names. */
export interface GraphTask {
  /** Position in `Graph.tasks`: declared order, the manager's assignment last. */
  readonly index: number;
  readonly name: string;
  /** Null if the manager chooses it. */
  readonly agent: string | null;
  readonly async: boolean;
  readonly priority: number;
  /** Indices of its context, without duplicates. */
  readonly context: readonly number[];
  /** Indices of its dependents. */
  readonly dependents: readonly number[];
  /** Whether it also waits for the manager's assignment. */
  readonly unassigned: boolean;
  /** Indices of everything that it waits for: its context and, if unassigned, the assignment. */
  readonly predecessors: readonly number[];
  readonly units: readonly UnitDemand[];
  readonly turns: readonly PlannedTurn[];
  readonly skipOnFailure: boolean;
  /** Whether the cache is consulted before it starts. */
  readonly cached: boolean;
  /** Whether a person reviews it before it starts. */
  readonly reviewedBefore: boolean;
  /** Whether a person reviews its result. */
  readonly reviewedAfter: boolean;
  /** Null for a task that runs once. */
  readonly forEach: GraphForEach | null;
  /** The tasks that it expanded to, which are its context then; empty before, and for any other task. */
  readonly instances: readonly number[];
  /** The task that expanded to it; null for a task of the file. */
  readonly parent: number | null;
  /** The task of its context without whose result it cannot run, whatever its policy is; null if there is none. */
  readonly required: number | null;
  /** Its choice edges: one of them must match, if there are any. */
  readonly gates: readonly Gate[];
  /** Whether an expression decides whether it runs. */
  readonly isConditional: boolean;
}

/** A choice edge: the index of the router, and the choices of which it must have made one. */
export interface Gate {
  readonly router: number;
  readonly choices: readonly string[];
}

export interface Graph {
  readonly tasks: readonly GraphTask[];
  readonly byName: ReadonlyMap<string, GraphTask>;
  /** The manager's assignment, if the manager chooses agents; always the last of `tasks`. */
  readonly assignment: GraphTask | null;
  /** Indices in topological order: each after everything that it waits for (context and assignment). */
  readonly order: readonly number[];
}

const PLAIN_TURN: readonly PlannedTurn[] = [{ name: null, agent: null }];
const NO_UNITS: readonly UnitDemand[] = [];
const NO_TURNS: readonly PlannedTurn[] = [];
const NONE: readonly number[] = [];
const NO_GATES: readonly Gate[] = [];

/**
 * Returns the task graph of a valid, immutable crew; graphs are memoized by crew. Unknown names in a context are
 * ignored.
 */
export const graphOf = memoized(buildGraph);

function buildGraph(crew: Crew): Graph {
  const indices = new Map(crew.tasks.map((task, index) => [task.name, index]));
  const contexts = crew.tasks.map((task) => contextIndices(task, indices));
  const dependents: number[][] = crew.tasks.map(() => []);
  contexts.forEach((context, index) => {
    for (const before of context) dependents[before]?.push(index);
  });
  const assignment = needsAssignment(crew) ? assignmentTask(crew, crew.tasks.length) : null;
  const tasks = crew.tasks.map((task, index) => {
    const edges = { index, context: contexts[index] ?? [], dependents: dependents[index] ?? [] };
    return graphTask(
      crew,
      task,
      { ...edges, ...expansionOf(crew, task, edges.context, indices), gates: gatesOf(task, indices) },
      assignment,
    );
  });
  if (assignment) tasks.push(assignment);
  const byName = new Map(tasks.map((task) => [task.name, task]));
  return { tasks, byName, assignment, order: topologicalOrder(tasks, assignment) };
}

function contextIndices(task: Task, indices: ReadonlyMap<string, number>): number[] {
  const context: number[] = [];
  for (const name of contextOf(task)) {
    const index = indices.get(name);
    if (index !== undefined) context.push(index);
  }
  return context;
}

function gatesOf({ context }: Task, indices: ReadonlyMap<string, number>): readonly Gate[] {
  const gates = context.flatMap((entry): Gate[] => {
    const router = typeof entry === 'string' ? undefined : indices.get(entry.task);
    return typeof entry === 'string' || router === undefined ? [] : [{ router, choices: choicesOfEdge(entry) }];
  });
  return gates.length === 0 ? NO_GATES : gates;
}

function graphTask(
  crew: Crew,
  task: Task,
  {
    index,
    context,
    dependents,
    ...expansion
  }: Pick<GraphTask, 'index' | 'context' | 'dependents' | 'gates' | keyof ExpansionOf>,
  assignment: GraphTask | null,
): GraphTask {
  if (expansion.forEach) return parentTask(crew, task, { index, context, dependents, ...expansion });
  const consensual = crew.process === 'consensual' && hasPerformer(task);
  const unassigned = needsAgent(crew, task);
  return {
    index,
    name: task.name,
    agent: task.agent ?? null,
    async: task.async,
    priority: task.priority,
    context,
    dependents,
    unassigned,
    predecessors: unassigned && assignment ? [assignment.index, ...context] : context,
    units: mergedUnits(task.resources),
    turns: consensual ? consensualTurns(crew, task) : PLAIN_TURN,
    skipOnFailure: (task.on_dependency_failure ?? crew.settings.on_dependency_failure) === 'skip',
    cached: cacheMode(crew, task) !== 'off',
    reviewedBefore: isReviewed(task, 'before'),
    reviewedAfter: isReviewed(task, 'after'),
    isConditional: task.when !== undefined,
    ...expansion,
  };
}

type ExpansionOf = Pick<GraphTask, 'forEach' | 'instances' | 'parent' | 'required'>;

function expansionOf(
  crew: Crew,
  task: Task,
  context: readonly number[],
  indices: ReadonlyMap<string, number>,
): ExpansionOf {
  const { name, for_each } = task;
  const indexOf = (other: string | undefined) => (other === undefined ? null : (indices.get(other) ?? null));
  const taskNamed = (other: string) => crew.tasks[indices.get(other) ?? -1];
  if (for_each) {
    const source = indexOf(for_each.task);
    const forEach = { onFailure: for_each.on_failure, aligned: isAligned(task, taskNamed) ? source : null };
    return { forEach, instances: hasInstances(task) ? context : [], parent: null, required: source };
  }
  const own = instanceOf(name);
  const parent = own && indexOf(own.of);
  const expanded = parent === null ? undefined : crew.tasks[parent];
  const source = expanded && isAligned(expanded, taskNamed) ? expanded.for_each?.task : undefined;
  const required = source === undefined || own === null ? null : indexOf(instanceName(source, own.index));
  return { forEach: null, instances: NONE, parent, required };
}

/** A task that expands needs no slot, no lane and no units. Its instances do, and they are assigned like it. */
function parentTask(
  crew: Crew,
  task: Task,
  edges: Pick<GraphTask, 'index' | 'context' | 'dependents' | 'gates' | keyof ExpansionOf>,
): GraphTask {
  return {
    ...edges,
    name: task.name,
    agent: task.agent ?? null,
    async: true,
    priority: task.priority,
    unassigned: false,
    predecessors: edges.context,
    units: NO_UNITS,
    turns: NO_TURNS,
    skipOnFailure: (task.on_dependency_failure ?? crew.settings.on_dependency_failure) === 'skip',
    cached: false,
    reviewedBefore: false,
    reviewedAfter: false,
    isConditional: task.when !== undefined,
  };
}

function consensualTurns(crew: Crew, task: Task): PlannedTurn[] {
  const agents = consensualAgents(crew, task);
  return (['propose', 'vote'] as const).flatMap((kind) =>
    agents.map((agent) => ({ name: turnNameOf({ kind, agent }), agent })),
  );
}

function mergedUnits(resources: readonly UnitDemand[]): readonly UnitDemand[] {
  if (resources.length === 0) return NO_UNITS;
  const units = new Map<string, number>();
  for (const demand of resources) units.set(demand.pool, (units.get(demand.pool) ?? 0) + demand.units);
  return [...units].map(([pool, count]) => ({ pool, units: count }));
}

/** Returns the manager's assignment, which precedes the tasks that name no agent. It needs only a slot. */
function assignmentTask(crew: Crew, index: number): GraphTask {
  return {
    index,
    name: ASSIGNMENT,
    agent: managerOf(crew),
    async: true,
    priority: 0,
    context: [],
    dependents: [],
    unassigned: false,
    predecessors: [],
    units: NO_UNITS,
    turns: PLAIN_TURN,
    skipOnFailure: false,
    cached: false,
    reviewedBefore: false,
    reviewedAfter: false,
    forEach: null,
    instances: NONE,
    parent: null,
    required: null,
    gates: NO_GATES,
    isConditional: false,
  };
}

/** Returns the tasks in topological order (Kahn's algorithm). Tasks on a cycle are left out; a valid crew has none. */
function topologicalOrder(tasks: readonly GraphTask[], assignment: GraphTask | null): number[] {
  const waiting = tasks.map((task) => task.context.length);
  const order = tasks.filter((task) => task.context.length === 0 && task !== assignment).map((task) => task.index);
  for (let next = 0; next < order.length; next += 1) {
    const task = tasks[order[next] ?? -1];
    for (const dependent of task?.dependents ?? []) {
      const left = (waiting[dependent] ?? 0) - 1;
      waiting[dependent] = left;
      if (left === 0) order.push(dependent);
    }
  }
  return assignment ? [assignment.index, ...order] : order;
}
