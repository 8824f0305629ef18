import type { EventDraft } from '../run/events.ts';
import { orderTurns, type SchedulerState, taskNamed } from './state.ts';
import {
  cacheAsked,
  cacheMissed,
  markRootsDue,
  repeatQuestions,
  reviewAnswered,
  reviewAsked,
  taskAssigned,
  taskEnded,
  taskReady,
} from './tasks.ts';
import { releaseAll, throttleAgent, turnEnded, turnStarted } from './turns.ts';

/** Applies an event at run time `t` to the state. Times never decrease. */
export function applyToState(state: SchedulerState, event: EventDraft, t: number): void {
  switch (event.type) {
    case 'run.started':
      begin(state, event.ranks, event.settings.slots);
      state.slots.share(event.batch !== undefined);
      return;
    case 'run.resumed':
      state.slots.resetAll();
      state.slots.share(event.batch_ms !== undefined);
      state.pools.release();
      state.phase = 'running';
      if (event.batch_ms !== undefined) releaseAll(state);
      repeatQuestions(state, t);
      return;
    case 'run.paused':
      state.phase = 'paused';
      return;
    case 'run.unpaused':
      state.phase = 'running';
      return;
    case 'budget.reached':
      state.overBudget = true;
      return;
    case 'budget.set':
      state.overBudget = false;
      return;
    case 'run.slots':
      state.slots.resize(event.slots);
      return;
    case 'run.interrupted':
      state.phase = 'interrupted';
      return;
    case 'run.finished':
      state.phase = 'finished';
      return;
    case 'slot.ready':
      state.slots.ready(event.slot);
      return;
    case 'slot.started':
    case 'slot.exited':
      state.slots.unready(event.slot);
      return;
    case 'slot.granted':
      state.slots.grant(event.slot, event.for ?? 'any');
      return;
    case 'slot.returned':
      state.slots.giveBack(event.slot);
      return;
    case 'agent.held':
      throttleAgent(state, event.agent);
      return;
    case 'agent.freed':
      state.pools.release(event.agent);
      return;
    case 'attempt.started':
      turnStarted(state, event);
      return;
    case 'attempt.ended':
      turnEnded(state, event, t);
      return;
    case 'resource.created':
      state.pools.setResource(event.resource, event.capacity);
      return;
    case 'resource.requested':
      state.leases.requested(leaseOf(event));
      return;
    case 'resource.acquired':
      state.leases.acquired(leaseOf(event));
      return;
    case 'resource.timed_out':
      state.leases.timedOut(leaseOf(event));
      return;
    case 'resource.released':
      state.leases.released(event, event.resource, event.holder);
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
      applyToTask(state, event);
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

/** Applies the content of `run.started`: ranks (higher first) and the number of slots. */
export function begin(state: SchedulerState, ranks: Readonly<Record<string, number>>, slots: number): void {
  orderTurns(state, ranks);
  state.slots.resize(slots);
  state.phase = 'running';
  markRootsDue(state);
}

function applyToTask(state: SchedulerState, event: TaskEvent): void {
  const task = taskNamed(state, event.task);
  if (!task) return;
  switch (event.type) {
    case 'task.ready':
      taskReady(state, task);
      return;
    case 'task.assigned':
      taskAssigned(state, task, event.agent);
      return;
    case 'task.completed':
      taskEnded(state, task, 'completed', event.degraded ?? false);
      return;
    case 'task.failed':
      taskEnded(state, task, 'failed', false);
      return;
    case 'task.skipped':
      taskEnded(state, task, 'skipped', false);
      return;
    case 'task.not_chosen':
      taskEnded(state, task, 'not_chosen', false);
      return;
    case 'task.cancelled':
      // A task that was cancelled in an earlier run does not stop this one.
      if (event.kept === undefined) state.stopping = true;
      taskEnded(state, task, 'cancelled', false);
      return;
    case 'cache.asked':
      cacheAsked(task);
      return;
    case 'cache.missed':
      cacheMissed(state, task);
      return;
    case 'review.asked':
      reviewAsked(task);
      return;
    case 'review.answered':
      reviewAnswered(state, task, event);
      return;
    default:
      event satisfies never;
  }
}

type TaskEvent = Extract<EventDraft, { type: `task.${string}` | `cache.${string}` | `review.${string}` }>;
type LeaseEvent = Extract<EventDraft, { type: 'resource.requested' | 'resource.acquired' | 'resource.timed_out' }>;

/** A request in the form that the queues use. */
function leaseOf({ task, attempt, turn, id, resource, holder }: LeaseEvent) {
  return { task, attempt, ...(turn === undefined ? {} : { turn }), id, resource, holder };
}
