import type { Crew } from '../crew/schema.ts';
import type { ErrorKind } from '../run/error-kind.ts';
import { isParallelPool, localName, ofTaskOrFile, stepAround, withoutItems } from '../run/expansion/task-names.ts';
import type { TaskStatus } from '../run/task-state.ts';
import { type Graph, type GraphTask, graphOf } from './graph.ts';
import { Heap } from './heap.ts';
import { LeaseQueues } from './lease-queues.ts';
import { type IndexedDemand, NOTHING, Pools, SEQUENTIAL_LANE_INDEX } from './pools.ts';
import { ReadyQueue } from './ready-queue.ts';
import { SlotTable } from './slot-table.ts';

/**
 * The phase of a task:
 *
 * context → assignment → ask_cache → asked_cache → open → answered → ended context → assignment → ask_before →
 * asked_before → open → ask_after → asked_after → answered → ended
 *
 * `context`: it waits for its context, or for the value of its expression. `assignment`: the manager has not chosen its agent. `ask_…`: a question (a cache
 * lookup or a human review) is about to be emitted; `asked_…`: it was emitted. A task with a human review has no cache
 * lookup. `open`: its turns wait or run. `answered`: it has its result, and the engine is about to emit
 * `task.completed`. `failing`: an attempt failed permanently, and `task.failed` is about to be emitted. `stopped`: it
 * is about to be cancelled. `joining`: it has expanded, and waits for its instances.
 */
export type Phase =
  | 'context'
  | 'assignment'
  | 'ask_cache'
  | 'asked_cache'
  | 'ask_before'
  | 'asked_before'
  | 'open'
  | 'ask_after'
  | 'asked_after'
  | 'answered'
  | 'failing'
  | 'stopped'
  | 'joining'
  | 'ended';

export interface TurnSchedule {
  readonly task: TaskRun;
  readonly name: string | null;
  /** Null: the task's agent. */
  readonly agent: string | null;
  /** Position among all turns: a lower number starts first. */
  order: number;
  /** Determines `order`: higher ranks start first. */
  rank: number;
  state: 'idle' | 'waiting' | 'running' | 'ok' | 'failed';
  /** The number of its attempts so far. */
  attempts: number;
  /** The earliest run time at which it may start; null if it may start at any time. */
  notBefore: number | null;
  /** The slot in which it runs. */
  slot: number | null;
}

export interface TaskRun {
  graph: GraphTask;
  readonly turns: readonly TurnSchedule[];
  phase: Phase;
  status: TaskStatus;
  /** The number of tasks in its context that have not ended. */
  waitingFor: number;
  /** The value of its expression; null before. */
  condition: boolean | null;
  /** Of the task that ends a loop: whether `until` was true after the last round; null before. */
  until: boolean | null;
  /** What it chose, if it is a router and has completed. */
  choices: readonly string[];
  agent: string | null;
  degraded: boolean;
  /**
   * The demands of an attempt in addition to slots and its agent: the sequential lane if the task is synchronous, and
   * its units.
   */
  readonly demands: readonly IndexedDemand[];
  /** The part of `demands` that its attempt holds, from its first turn to its last; null if it holds nothing. */
  allocated: readonly IndexedDemand[] | null;
  failure: { kind: ErrorKind; message: string } | null;
  /** Whether it has expanded to its instances. */
  isExpanded: boolean;
  /** The instance whose failure ends it; null if it is not abandoned. */
  abandonedBy: string | null;
}

/** The scheduler's state of a run. Events change it in place; decisions read it. */
export interface SchedulerState {
  /** The crew with the instances of the tasks that have expanded. */
  crew: Crew;
  graph: Graph;
  tasks: readonly TaskRun[];
  /** The tasks that expand. */
  parents: readonly TaskRun[];
  /** By task of the file, set when the run starts; and of crew files, by task of the run, added when they join it. */
  ranks: Readonly<Record<string, number>>;
  /** The task of the last decision or event. The next one often concerns the same task. */
  recent: TaskRun | null;
  /** By `order`. */
  readonly turns: TurnSchedule[];
  readonly pools: Pools;
  readonly queue: ReadyQueue;
  readonly slots: SlotTable;
  readonly leases: LeaseQueues;
  /** Turns that wait for a time, with the earliest on top. May contain turns that no longer wait. */
  readonly later: Heap<{ at: number; turn: TurnSchedule }>;
  /**
   * Tasks that may have an event to emit, in the order in which they became due. Each is checked again before it is
   * emitted.
   */
  readonly due: TaskRun[];
  /** The number of processed entries of `due`. */
  dueFrom: number;
  /** Tasks with an expression that has not been evaluated, and that have not ended. */
  readonly conditional: Set<TaskRun>;
  /** The number of tasks of the crew that have not ended. */
  open: number;
  /** The first task that a stop must still check. */
  stopFrom: number;
  phase: 'before' | 'running' | 'paused' | 'interrupted' | 'finished';
  stopping: boolean;
  /** Whether the budget is used up, so that nothing starts. */
  overBudget: boolean;
}

export function newSchedulerState(crew: Crew, lane: number): SchedulerState {
  const graph = graphOf(crew);
  const pools = new Pools(lane, (pool) => queue.freed(pool));
  const queue = new ReadyQueue(pools);
  declarePools(pools, crew);
  for (const agent of crew.agents) {
    if (agent.max_concurrent !== undefined) pools.limitAgent(agent.name, agent.max_concurrent);
  }
  const tasks = graph.tasks.map((task) => newTask(task, pools));
  for (const task of tasks) if (isInCrewFile(graph, task)) task.waitingFor += 1;
  return {
    crew,
    graph,
    tasks,
    parents: tasks.filter((task) => task.graph.expands !== null),
    ranks: {},
    recent: null,
    turns: [],
    pools,
    queue,
    slots: new SlotTable(),
    leases: new LeaseQueues(pools),
    later: new Heap((a, b) => a.at < b.at || (a.at === b.at && a.turn.order < b.turn.order)),
    due: [],
    dueFrom: 0,
    conditional: new Set(tasks.filter(({ graph }) => graph.isConditional)),
    open: crew.tasks.length,
    stopFrom: 0,
    phase: 'before',
    stopping: false,
    overBudget: false,
  };
}

/** Whether a task is one of a crew file that another task runs. It waits for the start of the file. */
function isInCrewFile({ tasks }: Graph, { graph }: TaskRun): boolean {
  return graph.parent !== null && tasks[graph.parent]?.expands === 'crew';
}

/** Declares the pools of a crew that are not declared yet. Runs of a batch share them, except those of instances. */
export function declarePools(pools: Pools, crew: Crew): void {
  for (const { name, capacity } of crew.pools) pools.declare(name, capacity, !isParallelPool(name));
}

export function newTask(graph: GraphTask, pools: Pools): TaskRun {
  const turns: TurnSchedule[] = [];
  const isExpanded = graph.instances.length > 0;
  const task: TaskRun = {
    graph,
    turns,
    phase: isExpanded && graph.forEach ? 'joining' : 'context',
    status: 'pending',
    waitingFor: isExpanded && graph.forEach ? graph.instances.length : graph.before.length,
    condition: null,
    until: null,
    choices: [],
    agent: graph.agent,
    degraded: false,
    demands: demandsOf(graph, pools),
    allocated: null,
    failure: null,
    isExpanded,
    abandonedBy: null,
  };
  for (const { name, agent } of graph.turns) {
    turns.push({ task, name, agent, order: 0, rank: 0, state: 'idle', attempts: 0, notBefore: null, slot: null });
  }
  return task;
}

/**
 * Orders all turns by rank, then declared order, then their order within the task. Instances have the rank of their task;
 * among the tasks of one file, those of a crew file are ordered by their rank in it. All turns that wait must be queued
 * again.
 */
export function orderTurns(state: SchedulerState): void {
  const ranks = state.tasks.map((task) => ranksOf(state, task.graph.name));
  const order = state.tasks.map((task) => task.graph.index);
  order.sort((a, b) => compareRanks(ranks[b], ranks[a]) || a - b);
  state.turns.length = 0;
  for (const index of order) {
    for (const turn of state.tasks[index]?.turns ?? []) {
      turn.order = state.turns.length;
      turn.rank = ranks[index]?.[0] ?? 0;
      state.turns.push(turn);
    }
  }
  state.queue.reserve(state.turns.length);
}

/** The ranks of a task, from that of the task of the run's own file to that in its own crew file. */
function ranksOf({ ranks }: Pick<SchedulerState, 'ranks'>, name: string): readonly number[] {
  const step = stepAround(name);
  if (step === null) return [ofTaskOrFile(ranks, name) ?? 0];
  const own = ofTaskOrFile(ranks, name) ?? ranks[`${step}/${withoutItems(localName(name))}`] ?? 0;
  return [...ranksOf({ ranks }, step), own];
}

function compareRanks(a: readonly number[] = [], b: readonly number[] = []): number {
  const at = a.findIndex((rank, index) => rank !== b[index]);
  if (at === -1) return a.length - b.length;
  return (a[at] ?? 0) - (b[at] ?? -1);
}

export function taskNamed(state: SchedulerState, name: string): TaskRun | undefined {
  if (state.recent?.graph.name === name) return state.recent;
  const graph = state.graph.byName.get(name);
  const task = graph && state.tasks[graph.index];
  state.recent = task ?? null;
  return task;
}

export function turnNamed(state: SchedulerState, task: string, turn: string | undefined): TurnSchedule | undefined {
  for (const candidate of taskNamed(state, task)?.turns ?? []) if (candidate.name === (turn ?? null)) return candidate;
  return undefined;
}

function demandsOf(graph: GraphTask, pools: Pools): readonly IndexedDemand[] {
  if (graph.async && graph.units.length === 0) return NOTHING;
  const lane = graph.async ? [] : [{ pool: SEQUENTIAL_LANE_INDEX, units: 1 }];
  return pools.bundle([...lane, ...graph.units.map(({ pool, units }) => ({ pool: pools.resource(pool), units }))]);
}

export function agentOf(turn: TurnSchedule): string {
  return turn.agent ?? turn.task.agent ?? '';
}

export function agentDemands(state: SchedulerState, turn: TurnSchedule): readonly IndexedDemand[] {
  return state.pools.ofAgent(agentOf(turn));
}
