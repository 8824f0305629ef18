import type { Crew } from '../crew/schema.ts';
import type { ErrorKind } from '../run/error-kind.ts';
import type { TaskStatus } from '../run/state.ts';
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
 * `context`: it waits for its context. `assignment`: the manager has not chosen its agent. `ask_…`: a question (a cache
 * lookup or a human review) is about to be emitted; `asked_…`: it was emitted. A task with a human review has no cache
 * lookup. `open`: its turns wait or run. `answered`: it has its result, and the engine is about to emit
 * `task.completed`. `failing`: an attempt failed permanently, and `task.failed` is about to be emitted. `stopped`: it
 * is about to be cancelled.
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
  readonly graph: GraphTask;
  readonly turns: readonly TurnSchedule[];
  phase: Phase;
  status: TaskStatus;
  /** The number of tasks in its context that have not ended. */
  waitingFor: number;
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
}

/** The scheduler's state of a run. Events change it in place; decisions read it. */
export interface SchedulerState {
  readonly graph: Graph;
  readonly tasks: readonly TaskRun[];
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
  for (const pool of crew.pools) pools.declare(pool.name, pool.capacity);
  for (const agent of crew.agents) {
    if (agent.max_concurrent !== undefined) pools.limitAgent(agent.name, agent.max_concurrent);
  }
  const tasks = graph.tasks.map((task) => newTask(task, pools));
  return {
    graph,
    tasks,
    recent: null,
    turns: [],
    pools,
    queue,
    slots: new SlotTable(),
    leases: new LeaseQueues(pools),
    later: new Heap((a, b) => a.at < b.at || (a.at === b.at && a.turn.order < b.turn.order)),
    due: [],
    dueFrom: 0,
    open: crew.tasks.length,
    stopFrom: 0,
    phase: 'before',
    stopping: false,
    overBudget: false,
  };
}

function newTask(graph: GraphTask, pools: Pools): TaskRun {
  const turns: TurnSchedule[] = [];
  const task: TaskRun = {
    graph,
    turns,
    phase: 'context',
    status: 'pending',
    waitingFor: graph.context.length,
    agent: graph.agent,
    degraded: false,
    demands: demandsOf(graph, pools),
    allocated: null,
    failure: null,
  };
  for (const { name, agent } of graph.turns) {
    turns.push({ task, name, agent, order: 0, rank: 0, state: 'idle', attempts: 0, notBefore: null, slot: null });
  }
  return task;
}

/** Orders all turns by rank, then declared order, then their order within the task. */
export function orderTurns(state: SchedulerState, ranks: Readonly<Record<string, number>>): void {
  const rank = state.tasks.map((task) => ranks[task.graph.name] ?? 0);
  const order = state.tasks.map((task) => task.graph.index);
  order.sort((a, b) => (rank[b] ?? 0) - (rank[a] ?? 0) || a - b);
  state.turns.length = 0;
  for (const index of order) {
    for (const turn of state.tasks[index]?.turns ?? []) {
      turn.order = state.turns.length;
      turn.rank = rank[index] ?? 0;
      state.turns.push(turn);
    }
  }
  state.queue.reserve(state.turns.length);
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

/**
 * Marks a task as due if it has an event to emit. A task without one is not marked, so that the order of events does
 * not depend on how often the scheduler is called.
 */
export function markDue(state: SchedulerState, task: TaskRun): void {
  if (isDue(state, task)) state.due.push(task);
}

/** Skips tasks that have nothing more to emit. Called after each event, for the same reason as in `markDue`. */
export function skipSettled(state: SchedulerState): void {
  for (let next = state.due[state.dueFrom]; next && !isDue(state, next); next = state.due[state.dueFrom])
    state.dueFrom += 1;
}

/** Whether a task can be cancelled after a stop: it has not ended, has no result, and no running turn. */
export function canCancel(task: TaskRun): boolean {
  if (task.phase === 'ended' || task.phase === 'answered') return false;
  return task.turns.every((turn) => turn.state !== 'running');
}

/** Whether the manager's assignment has ended. */
export function isAssigned({ graph, tasks }: SchedulerState): boolean {
  return graph.assignment !== null && tasks[graph.assignment.index]?.phase === 'ended';
}

function isDue(state: SchedulerState, task: TaskRun): boolean {
  if (state.stopping) return canCancel(task);
  switch (task.phase) {
    case 'context':
      return task.waitingFor === 0;
    case 'assignment':
      return isAssigned(state);
    case 'stopped':
      return canCancel(task);
    case 'ask_cache':
    case 'ask_before':
    case 'ask_after':
    case 'failing':
      return true;
    case 'asked_cache':
    case 'asked_before':
    case 'asked_after':
    case 'open':
    case 'answered':
    case 'ended':
      return false;
  }
}
