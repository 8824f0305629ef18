import type { Project } from '../project/schema.ts';
import type { ErrorKind } from '../run/error-kind.ts';
import type { TaskStatus } from '../run/state.ts';
import { buildGraph, type Graph, type GraphTask } from './graph.ts';
import { Heap } from './heap.ts';
import { LeaseQueues } from './lease-queues.ts';
import { type Demand, LANE, Pools } from './pools.ts';
import { ReadyQueue } from './ready-queue.ts';
import { SlotTable } from './slot-table.ts';

/**
 * Where a task stands:
 *
 *     context → assignment → ask_before → asked_before → open → ask_after → asked_after → answered → ended
 *
 * `context`: something that it waits for has not ended. `assignment`: the manager has not chosen its agent. `ask_…`: a
 * person is about to be asked, `asked_…`: has been. `open`: its turns wait or run. `answered`: it has its result, which
 * the engine is about to say. `failing`: an attempt failed for good, which is about to be said. `stopped`: told to stop.
 */
export type Phase =
  | 'context'
  | 'assignment'
  | 'ask_before'
  | 'asked_before'
  | 'open'
  | 'ask_after'
  | 'asked_after'
  | 'answered'
  | 'failing'
  | 'stopped'
  | 'ended';

export interface TurnRun {
  readonly task: TaskRun;
  readonly name: string | null;
  /** Null: the task's agent. */
  readonly agent: string | null;
  /** The turns' common order: a smaller place goes first. */
  place: number;
  /** What its place follows from: higher goes first. */
  rank: number;
  state: 'idle' | 'waiting' | 'running' | 'ok' | 'failed';
  /** How many attempts it has had. */
  attempts: number;
  /** Run time before which it may not start; null: no such time. */
  notBefore: number | null;
  /** The slot that it runs in. */
  slot: number | null;
}

export interface TaskRun {
  readonly graph: GraphTask;
  readonly turns: readonly TurnRun[];
  phase: Phase;
  status: TaskStatus;
  /** Tasks of its context that have not ended. */
  waitingFor: number;
  agent: string | null;
  degraded: boolean;
  /** What its attempt holds besides slots, from its first turn to its last; null while it holds nothing. */
  held: readonly Demand[] | null;
  failure: { kind: ErrorKind; message: string } | null;
}

/** All that the scheduler knows of a run. Events change it in place; decisions read it. */
export interface Board {
  readonly graph: Graph;
  readonly tasks: readonly TaskRun[];
  readonly turns: TurnRun[];
  readonly pools: Pools;
  readonly queue: ReadyQueue;
  readonly slots: SlotTable;
  readonly leases: LeaseQueues;
  /** Turns that wait for a time, the earliest on top; may hold turns that wait no longer. */
  readonly later: Heap<{ at: number; turn: TurnRun }>;
  /** Tasks with something to be said at once, in the order in which it came up; each is looked at again when its turn comes. */
  readonly due: TaskRun[];
  /** How much of `due` has been dealt with. */
  dueFrom: number;
  /** Project tasks that have not ended. */
  open: number;
  /** The first task that a stop has still to look at. */
  stopFrom: number;
  phase: 'before' | 'running' | 'paused' | 'interrupted' | 'finished';
  stopping: boolean;
}

export function newBoard(project: Project, lane: number): Board {
  const graph = buildGraph(project);
  const tasks = graph.tasks.map(newTask);
  const pools = new Pools(lane, (pool) => queue.freed(pool));
  const queue = new ReadyQueue(pools);
  for (const pool of project.pools) pools.setResource(pool.name, pool.capacity);
  for (const agent of project.agents) {
    if (agent.max_concurrent !== undefined) pools.limitAgent(agent.name, agent.max_concurrent);
  }
  return {
    graph,
    tasks,
    turns: tasks.flatMap((task) => task.turns),
    pools,
    queue,
    slots: new SlotTable(),
    leases: new LeaseQueues(pools),
    later: new Heap((a, b) => a.at < b.at || (a.at === b.at && a.turn.place < b.turn.place)),
    due: [],
    dueFrom: 0,
    open: project.tasks.length,
    stopFrom: 0,
    phase: 'before',
    stopping: false,
  };
}

function newTask(graph: GraphTask): TaskRun {
  const turns: TurnRun[] = [];
  const task: TaskRun = {
    graph,
    turns,
    phase: 'context',
    status: 'pending',
    waitingFor: graph.context.length,
    agent: graph.agent,
    degraded: false,
    held: null,
    failure: null,
  };
  for (const { name, agent } of graph.turns) {
    turns.push({ task, name, agent, place: 0, rank: 0, state: 'idle', attempts: 0, notBefore: null, slot: null });
  }
  return task;
}

/** Gives every turn its place: by rank, then declared order, then the order of turns within the task. */
export function placeTurns(board: Board, ranks: Readonly<Record<string, number>>): void {
  const rank = board.tasks.map((task) => ranks[task.graph.name] ?? 0);
  const order = board.tasks.map((task) => task.graph.index);
  order.sort((a, b) => (rank[b] ?? 0) - (rank[a] ?? 0) || a - b);
  board.turns.length = 0;
  for (const index of order) {
    for (const turn of board.tasks[index]?.turns ?? []) {
      turn.place = board.turns.length;
      turn.rank = rank[index] ?? 0;
      board.turns.push(turn);
    }
  }
}

export function taskNamed(board: Board, name: string): TaskRun | undefined {
  const graph = board.graph.byName.get(name);
  return graph && board.tasks[graph.index];
}

export function turnNamed(board: Board, task: string, turn: string | undefined): TurnRun | undefined {
  return taskNamed(board, task)?.turns.find((candidate) => candidate.name === (turn ?? null));
}

/** What a task's attempt takes besides slots and its agent: the lane where it is synchronous, and its units. */
export function attemptDemands(board: Board, task: TaskRun): Demand[] {
  const lane = task.graph.async ? [] : [{ pool: LANE, units: 1 }];
  return [...lane, ...task.graph.units.map(({ pool, units }) => ({ pool: board.pools.resource(pool), units }))];
}

export function agentOf(turn: TurnRun): string {
  return turn.agent ?? turn.task.agent ?? '';
}

export function agentDemands(board: Board, turn: TurnRun): Demand[] {
  const pool = board.pools.agent(agentOf(turn));
  return pool === null ? [] : [{ pool, units: 1 }];
}

/** Notes that there may be something to say of a task. */
export function note(board: Board, task: TaskRun): void {
  board.due.push(task);
}
