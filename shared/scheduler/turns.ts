import type { ErrorKind } from '../run/error-kind.ts';
import type { AttemptResult } from '../run/turn-state.ts';
import { markDue } from './due.ts';
import { type IndexedDemand, NOTHING } from './pools.ts';
import { agentDemands, agentOf, type SchedulerState, type TaskRun, type TurnSchedule, turnNamed } from './state.ts';

interface TurnKey {
  task: string;
  attempt: number;
  turn?: string | undefined;
}
interface Started extends TurnKey {
  slot: number;
}
interface TurnOutcome extends TurnKey {
  result: AttemptResult;
  kind?: ErrorKind | undefined;
  message?: string | undefined;
  retry_at?: number | undefined;
  rate_limited?: true | undefined;
}

/** Queues the turns of a task: the only turn of a plain task, the proposals of a consensual one. */
export function openTask(state: SchedulerState, task: TaskRun): void {
  task.phase = 'open';
  for (const turn of firstTurns(task)) {
    turn.state = 'waiting';
    turn.notBefore = null;
    enqueue(state, turn);
  }
}

/** Queues the turns whose retry time has been reached. */
export function promote(state: SchedulerState, t: number): void {
  for (let top = state.later.peek(); top !== undefined && top.at <= t; top = state.later.peek()) {
    state.later.pop();
    if (waitsUntil(top.turn, top.at) && !state.queue.has(top.turn.order)) enqueue(state, top.turn);
  }
}

/** The next time at which a waiting turn may start, or null. */
export function nextPromotion(state: SchedulerState): number | null {
  for (let top = state.later.peek(); top !== undefined; top = state.later.peek()) {
    if (waitsUntil(top.turn, top.at)) return top.at;
    state.later.pop();
  }
  return null;
}

export function turnStarted(state: SchedulerState, event: Started): void {
  const turn = turnNamed(state, event.task, event.turn);
  if (!turn || turn.state === 'running') return;
  const { task } = turn;
  state.queue.remove(turn.order);
  turn.state = 'running';
  turn.attempts = Math.max(turn.attempts, event.attempt);
  turn.notBefore = null;
  turn.slot = event.slot;
  state.slots.take(event.slot);
  state.pools.take(agentDemands(state, turn));
  for (const step of stepsAround(state, task)) {
    if (step.allocated !== null) continue;
    allocate(state, step);
    // The other turns inside the step need no more of what it holds.
    for (const other of state.turns) if (state.queue.has(other.order) && isWithin(other, step)) requeue(state, other);
  }
  if (task.allocated !== null) return;
  allocate(state, task);
  // The attempt has its units until it ends: its other turns need only their agent.
  for (const other of task.turns) if (state.queue.has(other.order)) requeue(state, other);
}

function allocate(state: SchedulerState, task: TaskRun): void {
  task.allocated = task.demands;
  state.pools.take(task.allocated);
}

/** Returns the tasks that run the crew files which contain a task, and that hold units while the file runs. */
function stepsAround(state: SchedulerState, task: TaskRun): TaskRun[] {
  const steps: TaskRun[] = [];
  for (let at = task.graph.parent; at !== null; ) {
    const parent: TaskRun | undefined = state.tasks[at];
    if (parent?.graph.expands === 'crew' && parent.demands.length > 0) steps.push(parent);
    at = parent?.graph.parent ?? null;
  }
  return steps;
}

function isWithin({ task }: TurnSchedule, { graph }: TaskRun): boolean {
  return task.graph.name.startsWith(`${graph.name}/`);
}

export function turnEnded(state: SchedulerState, event: TurnOutcome, t: number): void {
  const turn = turnNamed(state, event.task, event.turn);
  if (turn?.state !== 'running') return;
  const { task } = turn;
  state.leases.ended(event);
  if (turn.slot !== null) state.slots.give(turn.slot);
  turn.slot = null;
  state.pools.give(agentDemands(state, turn));
  settle(state, turn, event, t);
  if (task.turns.length === 1 || task.phase !== 'open') release(state, task);
}

/** Releases the units of a task if none of its turns is running. */
export function release(state: SchedulerState, task: TaskRun): void {
  if (task.allocated === null || task.turns.some((turn) => turn.state === 'running')) return;
  state.pools.give(task.allocated);
  task.allocated = null;
}

/**
 * Releases all units when a run with granted slots is resumed: while it had no owner, other runs may have received the
 * units that its attempts had between turns. The next turns request them again.
 */
export function releaseAll(state: SchedulerState): void {
  for (const task of state.tasks) {
    if (task.allocated !== null) release(state, task);
  }
  for (const turn of state.turns) if (state.queue.has(turn.order)) requeue(state, turn);
}

/** Removes the turns of a task from the queue: it has ended, or is about to. */
export function withdraw(state: SchedulerState, task: TaskRun): void {
  for (const turn of task.turns) {
    state.queue.remove(turn.order);
    if (turn.state === 'waiting') turn.state = 'idle';
  }
  release(state, task);
}

function settle(state: SchedulerState, turn: TurnSchedule, event: TurnOutcome, t: number): void {
  settleTurn(state, turn, event, t);
  // A stopped task can be cancelled when its last turn has ended.
  if (state.stopping || turn.task.phase === 'stopped') markDue(state, turn.task);
}

function settleTurn(state: SchedulerState, turn: TurnSchedule, event: TurnOutcome, t: number): void {
  const { task } = turn;
  if (event.result === 'ok') {
    turn.state = 'ok';
    if (task.phase === 'open') advance(state, task);
    return;
  }
  if (state.stopping || (event.result === 'cancelled' && event.retry_at === undefined)) {
    turn.state = 'failed';
    if (task.phase !== 'ended') task.phase = 'stopped';
    return;
  }
  const again = event.retry_at ?? (event.result === 'lost' ? t : null);
  if (again !== null && task.phase === 'open') {
    turn.state = 'waiting';
    turn.notBefore = again;
    state.later.push({ at: again, turn });
    return;
  }
  turn.state = 'failed';
  task.failure = { kind: event.kind ?? 'crash', message: event.message ?? 'The attempt failed.' };
  if (task.phase === 'open') advance(state, task);
}

/** Prevents turns of an agent from starting until it is released. The demands of its queued turns change. */
export function throttleAgent(state: SchedulerState, agent: string): void {
  if (!state.pools.throttle(agent)) return;
  for (const turn of state.turns) if (state.queue.has(turn.order) && agentOf(turn) === agent) requeue(state, turn);
}

/** A turn has ended: the task continues with its votes, has its result, or has failed. */
function advance(state: SchedulerState, task: TaskRun): void {
  const [only] = task.turns;
  if (only && task.turns.length === 1) conclude(state, task, only.state === 'ok');
  else advanceCouncil(state, task);
}

function advanceCouncil(state: SchedulerState, task: TaskRun): void {
  const proposals = firstTurns(task);
  const votes = task.turns.slice(proposals.length);
  if (!proposals.every(isSettled)) return;
  const proposed = proposals.some((turn) => turn.state === 'ok');
  if (proposed && votes.length > 0 && votes.every((turn) => turn.state === 'idle')) {
    for (const turn of votes) {
      turn.state = 'waiting';
      enqueue(state, turn);
    }
    return;
  }
  if (proposed && !votes.every(isSettled)) return;
  conclude(
    state,
    task,
    votes.some((turn) => turn.state === 'ok'),
  );
}

function conclude(state: SchedulerState, task: TaskRun, succeeded: boolean): void {
  if (succeeded) task.failure = null;
  const reviewed = task.graph.reviewedAfter ? 'ask_after' : 'answered';
  task.phase = succeeded ? reviewed : 'failing';
  markDue(state, task);
}

function isSettled(turn: TurnSchedule): boolean {
  return turn.state === 'ok' || turn.state === 'failed';
}

function firstTurns(task: TaskRun): readonly TurnSchedule[] {
  return task.turns.length === 1 ? task.turns : task.turns.slice(0, task.turns.length / 2);
}

function waitsUntil(turn: TurnSchedule, at: number): boolean {
  return turn.state === 'waiting' && turn.notBefore === at;
}

export function enqueue(state: SchedulerState, turn: TurnSchedule): void {
  const ofTask = turn.task.allocated === null ? turn.task.demands : NOTHING;
  const ofSteps = stepsAround(state, turn.task).flatMap(({ allocated, demands }) =>
    allocated === null ? demands : [],
  );
  const shared = ofSteps.length === 0 ? ofTask : merged([...ofSteps, ...ofTask]);
  const own = agentDemands(state, turn);
  const needsMore = own !== NOTHING || ofSteps.length > 0;
  state.queue.add(turn.order, needsMore ? state.pools.bundle([...shared, ...own]) : shared);
}

/** Adds up demands for the same pool. */
function merged(demands: readonly IndexedDemand[]): IndexedDemand[] {
  const units = new Map<number, number>();
  for (const demand of demands) units.set(demand.pool, (units.get(demand.pool) ?? 0) + demand.units);
  return [...units].map(([pool, count]) => ({ pool, units: count }));
}

function requeue(state: SchedulerState, turn: TurnSchedule): void {
  state.queue.remove(turn.order);
  enqueue(state, turn);
}
