import type { EventOf } from '../run/events.ts';
import { NOTHING } from './pools.ts';
import {
  agentDemands,
  agentOf,
  markDue,
  type SchedulerState,
  type TaskRun,
  type TurnSchedule,
  turnNamed,
} from './state.ts';

type Started = Pick<EventOf<'attempt.started'>, 'task' | 'attempt' | 'turn' | 'slot'>;
type Ended = Omit<EventOf<'attempt.ended'>, 'type' | 'seq' | 't'>;

/** Lets a task's turns compete: all of a plain task, the proposals of a consensual one. */
export function openTask(board: SchedulerState, task: TaskRun): void {
  task.phase = 'open';
  for (const turn of firstTurns(task)) {
    turn.state = 'waiting';
    turn.notBefore = null;
    enqueue(board, turn);
  }
}

/** Turns whose time has come compete again. */
export function promote(board: SchedulerState, t: number): void {
  for (let top = board.later.peek(); top !== undefined && top.at <= t; top = board.later.peek()) {
    board.later.pop();
    if (waitsUntil(top.turn, top.at) && !board.queue.has(top.turn.order)) enqueue(board, top.turn);
  }
}

/** The next time at which a waiting turn may start, or null. */
export function nextPromotion(board: SchedulerState): number | null {
  for (let top = board.later.peek(); top !== undefined; top = board.later.peek()) {
    if (waitsUntil(top.turn, top.at)) return top.at;
    board.later.pop();
  }
  return null;
}

export function turnStarted(board: SchedulerState, event: Started): void {
  const turn = turnNamed(board, event.task, event.turn);
  if (!turn || turn.state === 'running') return;
  const { task } = turn;
  board.queue.remove(turn.order);
  turn.state = 'running';
  turn.attempts = Math.max(turn.attempts, event.attempt);
  turn.notBefore = null;
  turn.slot = event.slot;
  board.slots.take(event.slot);
  board.pools.take(agentDemands(board, turn));
  if (task.held !== null) return;
  task.held = task.demands;
  board.pools.take(task.held);
  // The attempt has what it holds to its end: its other turns need no more than their agent.
  for (const other of task.turns) if (board.queue.has(other.order)) requeue(board, other);
}

export function turnEnded(board: SchedulerState, event: Ended, t: number): void {
  const turn = turnNamed(board, event.task, event.turn);
  if (turn?.state !== 'running') return;
  const { task } = turn;
  board.leases.ended(event);
  if (turn.slot !== null) board.slots.give(turn.slot);
  turn.slot = null;
  board.pools.give(agentDemands(board, turn));
  settle(board, turn, event, t);
  if (task.turns.length === 1 || task.phase !== 'open') release(board, task);
}

/** What a task holds goes back once none of its turns runs. */
export function release(board: SchedulerState, task: TaskRun): void {
  if (task.held === null || task.turns.some((turn) => turn.state === 'running')) return;
  board.pools.give(task.held);
  task.held = null;
}

/**
 * A row goes on with its batch: while nobody carried it, other rows may have got what its attempts held from turn to turn.
 * Their next turns need it anew.
 */
export function releaseAll(board: SchedulerState): void {
  for (const task of board.tasks) {
    if (task.held === null) continue;
    release(board, task);
    for (const turn of task.turns) if (board.queue.has(turn.order)) requeue(board, turn);
  }
}

/** A task's turns compete no more: it has ended, or is about to. */
export function withdraw(board: SchedulerState, task: TaskRun): void {
  for (const turn of task.turns) {
    board.queue.remove(turn.order);
    if (turn.state === 'waiting') turn.state = 'idle';
  }
  release(board, task);
}

function settle(board: SchedulerState, turn: TurnSchedule, event: Ended, t: number): void {
  settleTurn(board, turn, event, t);
  // Of a stopped task's turns the last one to end lets it be cancelled.
  if (board.stopping || turn.task.phase === 'stopped') markDue(board, turn.task);
}

function settleTurn(board: SchedulerState, turn: TurnSchedule, event: Ended, t: number): void {
  const { task } = turn;
  if (event.result === 'ok') {
    turn.state = 'ok';
    if (task.phase === 'open') advance(board, task);
    return;
  }
  if (board.stopping || (event.result === 'cancelled' && event.retry_at === undefined)) {
    turn.state = 'failed';
    if (task.phase !== 'ended') task.phase = 'stopped';
    return;
  }
  const again = event.retry_at ?? (event.result === 'lost' ? t : null);
  if (again !== null && task.phase === 'open') {
    turn.state = 'waiting';
    turn.notBefore = again;
    board.later.push({ at: again, turn });
    return;
  }
  turn.state = 'failed';
  task.failure = { kind: event.kind ?? 'crash', message: event.message ?? 'The attempt failed.' };
  if (task.phase === 'open') advance(board, task);
}

/** Nothing of an agent starts until it is let go. What competes already is told of what it needs from now on. */
export function holdAgent(board: SchedulerState, agent: string): void {
  if (!board.pools.hold(agent)) return;
  for (const turn of board.turns) if (board.queue.has(turn.order) && agentOf(turn) === agent) requeue(board, turn);
}

/** A turn has come to its end: the task goes on to its votes, has its result, or has failed. */
function advance(board: SchedulerState, task: TaskRun): void {
  const [only] = task.turns;
  if (only && task.turns.length === 1) conclude(board, task, only.state === 'ok');
  else advanceTogether(board, task);
}

function advanceTogether(board: SchedulerState, task: TaskRun): void {
  const proposals = firstTurns(task);
  const votes = task.turns.slice(proposals.length);
  if (!proposals.every(isSettled)) return;
  const proposed = proposals.some((turn) => turn.state === 'ok');
  if (proposed && votes.length > 0 && votes.every((turn) => turn.state === 'idle')) {
    for (const turn of votes) {
      turn.state = 'waiting';
      enqueue(board, turn);
    }
    return;
  }
  if (proposed && !votes.every(isSettled)) return;
  conclude(
    board,
    task,
    votes.some((turn) => turn.state === 'ok'),
  );
}

function conclude(board: SchedulerState, task: TaskRun, succeeded: boolean): void {
  if (succeeded) task.failure = null;
  const reviewed = task.graph.review === 'after' ? 'ask_after' : 'answered';
  task.phase = succeeded ? reviewed : 'failing';
  markDue(board, task);
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

function enqueue(board: SchedulerState, turn: TurnSchedule): void {
  const shared = turn.task.held === null ? turn.task.demands : NOTHING;
  const own = agentDemands(board, turn);
  board.queue.add(turn.order, own === NOTHING ? shared : board.pools.bundle([...shared, ...own]));
}

function requeue(board: SchedulerState, turn: TurnSchedule): void {
  board.queue.remove(turn.order);
  enqueue(board, turn);
}
