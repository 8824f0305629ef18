import type { EventDraft } from '../run/events.ts';
import { placeTurns, type SchedulerState, taskNamed } from './state.ts';
import {
  askAgain,
  cacheAsked,
  cacheMissed,
  noteRoots,
  reviewAnswered,
  reviewAsked,
  taskAssigned,
  taskEnded,
  taskReady,
} from './tasks.ts';
import { holdAgent, releaseAll, turnEnded, turnStarted } from './turns.ts';

/** What an event, at run time `t`, makes of the board. Times never go back. */
export function applyToBoard(board: SchedulerState, event: EventDraft, t: number): void {
  switch (event.type) {
    case 'run.started':
      begin(board, event.ranks, event.settings.slots);
      board.slots.share(event.batch !== undefined);
      return;
    case 'run.resumed':
      board.slots.resetAll();
      board.slots.share(event.batch_ms !== undefined);
      board.pools.release();
      board.phase = 'running';
      if (event.batch_ms !== undefined) releaseAll(board);
      askAgain(board, t);
      return;
    case 'run.paused':
      board.phase = 'paused';
      return;
    case 'run.unpaused':
      board.phase = 'running';
      return;
    case 'budget.reached':
      board.overBudget = true;
      return;
    case 'budget.set':
      board.overBudget = false;
      return;
    case 'run.slots':
      board.slots.resize(event.slots);
      return;
    case 'run.interrupted':
      board.phase = 'interrupted';
      return;
    case 'run.finished':
      board.phase = 'finished';
      return;
    case 'slot.ready':
      board.slots.ready(event.slot);
      return;
    case 'slot.started':
    case 'slot.exited':
      board.slots.unready(event.slot);
      return;
    case 'slot.granted':
      board.slots.grant(event.slot, event.for ?? 'any');
      return;
    case 'slot.returned':
      board.slots.giveBack(event.slot);
      return;
    case 'agent.held':
      holdAgent(board, event.agent);
      return;
    case 'agent.freed':
      board.pools.release(event.agent);
      return;
    case 'attempt.started':
      turnStarted(board, event);
      return;
    case 'attempt.ended':
      turnEnded(board, event, t);
      return;
    case 'resource.created':
      board.pools.setResource(event.resource, event.capacity);
      return;
    case 'resource.requested':
      board.leases.requested(leaseOf(event));
      return;
    case 'resource.acquired':
      board.leases.acquired(leaseOf(event));
      return;
    case 'resource.timed_out':
      board.leases.timedOut(leaseOf(event));
      return;
    case 'resource.released':
      board.leases.released(event, event.resource, event.holder);
      return;
    case 'task.ready':
    case 'task.assigned':
    case 'task.completed':
    case 'task.failed':
    case 'task.skipped':
    case 'task.not_chosen':
    case 'task.cancelled':
    case 'cache.asked':
    case 'cache.missed':
    case 'review.asked':
    case 'review.answered':
      applyToTask(board, event);
      return;
    case 'delegation.started':
    case 'delegation.ended':
    case 'vote':
    case 'check':
    case 'llm.call':
    case 'tool.call':
    case 'milestone':
    case 'limiter':
    case 'sample':
    case 'pool.room':
      return;
    default:
      event satisfies never;
  }
}

/** What `run.started` says: ranks (higher first) and the number of slots. */
export function begin(board: SchedulerState, ranks: Readonly<Record<string, number>>, slots: number): void {
  placeTurns(board, ranks);
  board.slots.resize(slots);
  board.phase = 'running';
  noteRoots(board);
}

function applyToTask(board: SchedulerState, event: TaskEvent): void {
  const task = taskNamed(board, event.task);
  if (!task) return;
  switch (event.type) {
    case 'task.ready':
      taskReady(board, task);
      return;
    case 'task.assigned':
      taskAssigned(board, task, event.agent);
      return;
    case 'task.completed':
      taskEnded(board, task, 'completed', event.degraded ?? false);
      return;
    case 'task.failed':
      taskEnded(board, task, 'failed', false);
      return;
    case 'task.skipped':
      taskEnded(board, task, 'skipped', false);
      return;
    case 'task.not_chosen':
      taskEnded(board, task, 'not_chosen', false);
      return;
    case 'task.cancelled':
      // One that was cancelled in an earlier run stops nothing in this one.
      if (event.kept === undefined) board.stopping = true;
      taskEnded(board, task, 'cancelled', false);
      return;
    case 'cache.asked':
      cacheAsked(task);
      return;
    case 'cache.missed':
      cacheMissed(board, task);
      return;
    case 'review.asked':
      reviewAsked(task);
      return;
    case 'review.answered':
      reviewAnswered(board, task, event);
      return;
    default:
      event satisfies never;
  }
}

type TaskEvent = Extract<EventDraft, { type: `task.${string}` | `cache.${string}` | `review.${string}` }>;
type LeaseEvent = Extract<EventDraft, { type: 'resource.requested' | 'resource.acquired' | 'resource.timed_out' }>;

/** A request as the queues know it. */
function leaseOf({ task, attempt, turn, id, resource, holder }: LeaseEvent) {
  return { task, attempt, ...(turn === undefined ? {} : { turn }), id, resource, holder };
}
