import type { EventDraft } from '../run/events.ts';
import { canCancel, isAssigned } from './due.ts';
import { endAfterContext, endAfterInstances } from './endings.ts';
import { runOutcome } from './outcome.ts';
import type { UnitDemand } from './pools.ts';
import { agentOf, type SchedulerState, type TaskRun, type TurnSchedule, taskNamed, turnNamed } from './state.ts';
import { promote } from './turns.ts';

/**
 * Returns the next decision at run time `t`, or null. It changes only internal order in the state, nothing observable.
 */
export function decide(state: SchedulerState, t: number): EventDraft | null {
  if (state.phase !== 'running' && state.phase !== 'paused') return null;
  if (state.stopping) return cancelNext(state) ?? finish(state);
  return nextAnnouncement(state) ?? grantNext(state) ?? startNext(state, t) ?? finish(state);
}

/**
 * After a stop: cancels tasks that are not running in declared order, and running tasks when their turns have ended.
 */
function cancelNext(state: SchedulerState): EventDraft | null {
  const dropped = nextDue(state, cancellationOf);
  if (dropped) return dropped;
  for (; state.stopFrom < state.tasks.length; state.stopFrom += 1) {
    const task = state.tasks[state.stopFrom];
    const cancelled = task ? cancellationOf(state, task) : null;
    if (cancelled) return cancelled;
  }
  return null;
}

function cancellationOf(_state: SchedulerState, task: TaskRun): EventDraft | null {
  return canCancel(task) ? { type: 'task.cancelled', task: task.graph.name } : null;
}

function nextAnnouncement(state: SchedulerState): EventDraft | null {
  return nextDue(state, dueEvent);
}

/** Returns the event of the first due task that has one. Tasks without one are no longer due. */
function nextDue(
  state: SchedulerState,
  eventOf: (state: SchedulerState, task: TaskRun) => EventDraft | null,
): EventDraft | null {
  for (; state.dueFrom < state.due.length; state.dueFrom += 1) {
    const task = state.due[state.dueFrom];
    const event = task ? eventOf(state, task) : null;
    state.recent = task ?? null;
    if (event) return event;
  }
  state.due.length = 0;
  state.dueFrom = 0;
  return null;
}

function dueEvent(state: SchedulerState, task: TaskRun): EventDraft | null {
  const { name } = task.graph;
  if (task.abandonedBy !== null) return canCancel(task) ? endOfAbandoned(state, name, task.abandonedBy) : null;
  switch (task.phase) {
    case 'context':
      return task.waitingFor === 0 ? afterContext(state, task) : null;
    case 'joining':
      return task.waitingFor === 0 ? endAfterInstances(state, task) : null;
    case 'assignment':
      return leftToManager(state, task);
    case 'ask_cache':
      return { type: 'cache.asked', task: name };
    case 'ask_before':
      return { type: 'review.asked', task: name, when: 'before' };
    case 'ask_after':
      return { type: 'review.asked', task: name, when: 'after' };
    case 'failing':
      return {
        type: 'task.failed',
        task: name,
        ...(task.failure ?? { kind: 'crash', message: 'The attempt failed.' }),
      };
    case 'stopped':
      return canCancel(task) ? { type: 'task.cancelled', task: name } : null;
    case 'asked_cache':
    case 'asked_before':
    case 'open':
    case 'asked_after':
    case 'answered':
    case 'ended':
      return null;
  }
}

/** A task of a crew file is not chosen with the task that runs the file. */
function endOfAbandoned(state: SchedulerState, task: string, by: string): EventDraft {
  const isChosen = taskNamed(state, by)?.status !== 'not_chosen';
  return isChosen
    ? { type: 'task.skipped', task, because: [by] }
    : { type: 'task.not_chosen', task, because: 'context' };
}

function afterContext(state: SchedulerState, task: TaskRun): EventDraft | null {
  if (task.graph.isAssignment && !isAwaited(state, task)) return null;
  const end = endAfterContext(state, task);
  if (end || task.graph.expands) return end;
  return { type: 'task.ready', task: task.graph.name };
}

/** Whether a task that has not ended waits for this assignment (reused results need none). */
function isAwaited(state: SchedulerState, { graph }: TaskRun): boolean {
  return state.tasks.some(
    (task) => task.graph.assignment === graph.index && task.agent === null && task.phase !== 'ended',
  );
}

/** If the assignment ended without an agent for the task, the manager executes it. */
function leftToManager(state: SchedulerState, task: TaskRun): EventDraft | null {
  if (!isAssigned(state, task) || task.graph.assignment === null) return null;
  const manager = state.graph.tasks[task.graph.assignment]?.agent ?? '';
  return { type: 'task.assigned', task: task.graph.name, agent: manager };
}

/** Grants a waiting lease request. These requests are served before new tasks start. */
function grantNext(state: SchedulerState): EventDraft | null {
  const request = state.leases.nextGrant(state.slots.source);
  return request && { type: 'resource.acquired', ...request };
}

/** A turn that the run would start if it were granted a slot and the units that the turn needs. */
export interface Candidate {
  readonly task: string;
  readonly turn?: string;
  readonly rank: number;
  readonly needs: readonly UnitDemand[];
}

/**
 * Returns the best turn of each kind (turns with the same demands) that needs nothing more of the run's own pools, best
 * first.
 */
export function candidates(state: SchedulerState, t: number): Candidate[] {
  if (state.phase !== 'running' || state.stopping || state.overBudget) return [];
  promote(state, t);
  return state.queue.heads().flatMap(({ order, demands }) => {
    const turn = state.turns[order];
    if (!turn) return [];
    const named = turn.name === null ? {} : { turn: turn.name };
    return [{ task: turn.task.graph.name, ...named, rank: turn.rank, needs: state.pools.needs(demands) }];
  });
}

/**
 * Returns the turn to start in `slot`. If the slot is granted: the turn that it is granted for, if that turn can still
 * start.
 */
function turnFor(state: SchedulerState, slot: number): TurnSchedule | null {
  const grant = state.slots.grantOf(slot);
  if (grant === null || grant === 'any') return bestTurn(state);
  const turn = turnNamed(state, grant.task, grant.turn);
  return turn && state.queue.isStartable(turn.order) ? turn : null;
}

function bestTurn(state: SchedulerState): TurnSchedule | null {
  const order = state.queue.best();
  return order === null ? null : (state.turns[order] ?? null);
}

function startNext(state: SchedulerState, t: number): EventDraft | null {
  if (state.phase === 'paused' || state.overBudget) return null;
  promote(state, t);
  const slot = state.slots.next();
  if (slot === null) return null;
  const turn = turnFor(state, slot);
  if (!turn) return null;
  state.recent = turn.task;
  const { name } = turn.task.graph;
  const attempt = turn.attempts + 1;
  const agent = agentOf(turn);
  if (turn.name === null) return { type: 'attempt.started', task: name, attempt, slot, agent };
  return { type: 'attempt.started', task: name, attempt, turn: turn.name, slot, agent };
}

function finish(state: SchedulerState): EventDraft | null {
  if (state.open > 0 || state.slots.running > 0) return null;
  const ofFile = state.tasks.filter(({ graph }) => !graph.isAssignment && graph.parent === null);
  const ended = ofFile.map(({ status, degraded, graph }) => ({
    status,
    degraded,
    // Another task of a loop leads to the one that ends it.
    last: graph.dependents.length === 0 && graph.closing === null,
  }));
  return { type: 'run.finished', outcome: runOutcome(ended) };
}
