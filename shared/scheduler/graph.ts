import { cacheMode } from '../crew/cache.ts';
import { choicesOfEdge, contextOf } from '../crew/context.ts';
import { isReviewed } from '../crew/human-review.ts';
import type { Crew } from '../crew/schema.ts';
import { memoized } from '../memoized.ts';
import { type Assignment, assignmentFor, assignmentsOf } from '../run/assignment.ts';
import { councilOf, turnNameOf } from '../run/consensus.ts';
import { hasInstances, isAligned } from '../run/expansion/grow-crew.ts';
import { roundsOf } from '../run/expansion/grow-rounds.ts';
import { isGrown, resultTasks } from '../run/expansion/grow-step.ts';
import { instanceName, instanceOf, stepAround } from '../run/expansion/task-names.ts';

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

/** The rounds of a loop. */
export interface GraphRepeat {
  /** The last round that has begun; 0 before the first. */
  readonly round: number;
  readonly max: number;
  readonly onMax: 'keep' | 'fail';
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
  /** The manager's assignment that it also waits for; null if it needs none. */
  readonly assignment: number | null;
  readonly isAssignment: boolean;
  /** Indices of everything that it waits for: its context and its assignment. */
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
  /**
   * Whether it expands, and to what: a task for each item of a list, the tasks of a crew file, or the rounds of a loop.
   */
  readonly expands: 'for_each' | 'crew' | 'repeat' | null;
  /** Of the task that ends a loop: when the loop ends; null for any other task. */
  readonly repeat: GraphRepeat | null;
  /** Of another task of a loop that has begun: the task that ends it. */
  readonly closing: number | null;
  /** Null for a task that does not expand for a list. */
  readonly forEach: GraphForEach | null;
  /** The tasks that it expanded to, which are part of its context then; empty before, and for any other task. */
  readonly instances: readonly number[];
  /** The part of its context that it has of its own. */
  readonly before: readonly number[];
  /** Of a task that runs a crew file: the tasks whose results are its result. */
  readonly results: readonly number[];
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
  const assignments = assignmentsOf(crew).map((assignment, at) =>
    assignmentTask(assignment, crew.tasks.length + at, indices),
  );
  const assigning = new Map(assignments.map(({ name, index }) => [name, index]));
  const tasks = crew.tasks.map((task, index) => {
    const context = contexts[index] ?? [];
    const expansion = expansionOf(crew, task, context, indices);
    const chooses = assignmentFor(crew, task);
    return graphTask(crew, task, {
      index,
      context,
      dependents: dependents[index] ?? [],
      ...expansion,
      before: without(context, expansion.instances),
      gates: gatesOf(task, indices),
      assignment: chooses === null || expansion.expands ? null : (assigning.get(chooses) ?? null),
    });
  });
  tasks.push(...assignments);
  const byName = new Map(tasks.map((task) => [task.name, task]));
  return { tasks, byName, order: topologicalOrder(tasks) };
}

function without(context: readonly number[], instances: readonly number[]): readonly number[] {
  if (instances.length === 0) return context;
  const inside = new Set(instances);
  return context.filter((index) => !inside.has(index));
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

type Edges = Pick<GraphTask, 'index' | 'context' | 'dependents' | 'before' | 'gates' | 'assignment'> & ExpansionOf;

/**
 * Returns a task of the graph. A task that expands needs no slot: the tasks that it expands to do. One that runs a crew
 * file holds the sequential lane and its units from the first turn of these tasks to its end.
 */
function graphTask(crew: Crew, task: Task, edges: Edges): GraphTask {
  const { context, assignment, expands } = edges;
  const isPlain = expands === null;
  const takesPlace = isPlain || expands === 'crew';
  // Every field is named here: an object with so many fields that is made by spreading is slow to make and to read.
  return {
    index: edges.index,
    name: task.name,
    agent: task.agent ?? null,
    async: takesPlace ? task.async : true,
    priority: task.priority,
    context,
    before: edges.before,
    dependents: edges.dependents,
    assignment,
    isAssignment: false,
    predecessors: !isPlain || assignment === null ? context : [assignment, ...context],
    units: takesPlace ? mergedUnits(task.resources) : NO_UNITS,
    turns: isPlain ? turnsOf(crew, task) : NO_TURNS,
    skipOnFailure: (task.on_dependency_failure ?? crew.settings.on_dependency_failure) === 'skip',
    cached: isPlain && cacheMode(crew, task) !== 'off',
    reviewedBefore: isPlain && isReviewed(task, 'before'),
    reviewedAfter: isPlain && isReviewed(task, 'after'),
    expands,
    forEach: edges.forEach,
    repeat: edges.repeat,
    closing: edges.closing,
    instances: edges.instances,
    results: edges.results,
    parent: edges.parent,
    required: edges.required,
    gates: edges.gates,
    isConditional: task.when !== undefined,
  };
}

type ExpansionOf = Pick<
  GraphTask,
  'expands' | 'forEach' | 'repeat' | 'closing' | 'instances' | 'results' | 'parent' | 'required'
>;

function expansionOf(
  crew: Crew,
  task: Task,
  context: readonly number[],
  indices: ReadonlyMap<string, number>,
): ExpansionOf {
  const { name, for_each } = task;
  const indexOf = (other: string | undefined) => (other === undefined ? null : (indices.get(other) ?? null));
  const taskNamed = (other: string) => crew.tasks[indices.get(other) ?? -1];
  const own = instanceOf(name);
  const parent = own && indexOf(own.of);
  const none = { forEach: null, repeat: null, closing: null, instances: NONE, results: NONE, parent, required: null };
  const round = roundsOf(task);
  if (round !== null || task.repeat !== undefined) {
    const repeat = task.repeat ? { round: round ?? 0, max: task.repeat.max, onMax: task.repeat.on_max } : null;
    const instances = round === null ? NONE : context.slice(0, 1);
    return {
      ...none,
      expands: 'repeat',
      repeat,
      closing: repeat ? null : (context[1] ?? null),
      instances,
      results: instances,
    };
  }
  if (for_each) {
    const required = indexOf(for_each.task);
    const forEach = { onFailure: for_each.on_failure, aligned: isAligned(task, taskNamed) ? required : null };
    const instances = hasInstances(task) ? context : NONE;
    return { ...none, expands: 'for_each', forEach, instances, required };
  }
  const expanded = parent === null ? undefined : crew.tasks[parent];
  const source = own?.index && expanded && isAligned(expanded, taskNamed) ? expanded.for_each?.task : undefined;
  const required = source === undefined || !own?.index ? null : indexOf(instanceName(source, own.index));
  if (task.crew === undefined) return { ...none, expands: null, required };
  const isInner = (index: number) => stepAround(crew.tasks[index]?.name ?? '') === name;
  const instances = isGrown(task) ? context.filter(isInner) : NONE;
  const results = resultTasks(crew, task).flatMap((result) => indices.get(result) ?? []);
  return { ...none, expands: 'crew', instances, results, required };
}

function turnsOf(crew: Crew, task: Task): readonly PlannedTurn[] {
  const council = councilOf(crew, task);
  if (council.length === 0) return PLAIN_TURN;
  return (['propose', 'vote'] as const).flatMap((kind) =>
    council.map((agent) => ({ name: turnNameOf({ kind, agent }), agent })),
  );
}

function mergedUnits(resources: readonly UnitDemand[]): readonly UnitDemand[] {
  if (resources.length === 0) return NO_UNITS;
  const units = new Map<string, number>();
  for (const demand of resources) units.set(demand.pool, (units.get(demand.pool) ?? 0) + demand.units);
  return [...units].map(([pool, count]) => ({ pool, units: count }));
}

/** Returns a manager's assignment, which precedes the tasks that name no agent. It needs only a slot. */
function assignmentTask(
  { name, manager, step }: Assignment,
  index: number,
  indices: ReadonlyMap<string, number>,
): GraphTask {
  return {
    index,
    name,
    agent: manager,
    async: true,
    priority: 0,
    context: NONE,
    before: NONE,
    dependents: NONE,
    assignment: null,
    isAssignment: true,
    predecessors: NONE,
    units: NO_UNITS,
    turns: PLAIN_TURN,
    skipOnFailure: false,
    cached: false,
    reviewedBefore: false,
    reviewedAfter: false,
    expands: null,
    forEach: null,
    repeat: null,
    closing: null,
    instances: NONE,
    results: NONE,
    parent: step === null ? null : (indices.get(step) ?? null),
    required: null,
    gates: NO_GATES,
    isConditional: false,
  };
}

/** Returns the tasks in topological order (Kahn's algorithm). Tasks on a cycle are left out; a valid crew has none. */
function topologicalOrder(tasks: readonly GraphTask[]): number[] {
  const waiting = tasks.map((task) => task.context.length);
  const assignments = tasks.filter((task) => task.isAssignment).map((task) => task.index);
  const order = tasks.filter((task) => task.context.length === 0 && !task.isAssignment).map((task) => task.index);
  for (let next = 0; next < order.length; next += 1) {
    const task = tasks[order[next] ?? -1];
    for (const dependent of task?.dependents ?? []) {
      const left = (waiting[dependent] ?? 0) - 1;
      waiting[dependent] = left;
      if (left === 0) order.push(dependent);
    }
  }
  return [...assignments, ...order];
}
