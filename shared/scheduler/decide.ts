import type { EventDraft } from '../run/events.ts';
import { runOutcome } from './outcome.ts';
import type { UnitDemand } from './pools.ts';
import {
  agentOf,
  canCancel,
  isAssigned,
  type SchedulerState,
  type TaskRun,
  type TurnSchedule,
  turnNamed,
} from './state.ts';
import { contextResults } from './tasks.ts';
import { promote } from './turns.ts';

/** What is to be done next at run time `t`, or null. What it changes on the board is only how things are kept. */
export function decide(state: SchedulerState, t: number): EventDraft | null {
  if (state.phase !== 'running' && state.phase !== 'paused') return null;
  if (state.stopping) return cancelNext(state) ?? finish(state);
  return nextAnnouncement(state) ?? grantNext(state) ?? startNext(state, t) ?? finish(state);
}

/** After a stop: what does not run is cancelled in declared order, what runs once its turns have ended. */
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

function cancellationOf(_board: SchedulerState, task: TaskRun): EventDraft | null {
  return canCancel(task) ? { type: 'task.cancelled', task: task.graph.name } : null;
}

function nextAnnouncement(state: SchedulerState): EventDraft | null {
  return nextDue(state, sayOf);
}

/** The first task of those noted of which there is something to say; the others have nothing more to be said. */
function nextDue(
  state: SchedulerState,
  say: (state: SchedulerState, task: TaskRun) => EventDraft | null,
): EventDraft | null {
  for (; state.dueFrom < state.due.length; state.dueFrom += 1) {
    const task = state.due[state.dueFrom];
    const said = task ? say(state, task) : null;
    state.recent = task ?? null;
    if (said) return said;
  }
  state.due.length = 0;
  state.dueFrom = 0;
  return null;
}

function sayOf(state: SchedulerState, task: TaskRun): EventDraft | null {
  const { name } = task.graph;
  switch (task.phase) {
    case 'context':
      return task.waitingFor === 0 ? afterContext(state, task) : null;
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

function afterContext(state: SchedulerState, task: TaskRun): EventDraft | null {
  const { name } = task.graph;
  if (task.graph === state.graph.assignment && !needsAgents(state)) return null;
  const { notChosen, missing } = contextResults(state, task);
  if (notChosen > 0 && notChosen === task.graph.context.length) return { type: 'task.not_chosen', task: name };
  if (missing.length > 0 && task.graph.skipOnFailure)
    return { type: 'task.skipped', task: name, because: [...missing] };
  return { type: 'task.ready', task: name };
}

/** Whether a task that is still to be done has no agent (kept results need none). */
function needsAgents(state: SchedulerState): boolean {
  return state.tasks.some((task) => task.agent === null && task.phase !== 'ended');
}

/** Where the assignment ended without a word about a task, the manager does it. */
function leftToManager(state: SchedulerState, task: TaskRun): EventDraft | null {
  if (!isAssigned(state)) return null;
  return { type: 'task.assigned', task: task.graph.name, agent: state.graph.assignment?.agent ?? '' };
}

/** Who waits for a lease comes before new tasks. */
function grantNext(state: SchedulerState): EventDraft | null {
  const request = state.leases.nextGrant(state.slots.shared);
  return request && { type: 'resource.acquired', ...request };
}

/** What a row would start, if it was lent a slot and what the turn needs of that which the rows share. */
export interface Candidate {
  readonly task: string;
  readonly turn?: string;
  readonly rank: number;
  readonly needs: readonly UnitDemand[];
}

/** The best turn of those that need the same and lack nothing of the row's own, the best of all first. */
export function candidates(state: SchedulerState, t: number): Candidate[] {
  if (state.phase !== 'running' || state.stopping || state.overBudget) return [];
  promote(state, t);
  return state.queue.heads().flatMap(({ place, demands }) => {
    const turn = state.turns[place];
    if (!turn) return [];
    const named = turn.name === null ? {} : { turn: turn.name };
    return [{ task: turn.task.graph.name, ...named, rank: turn.rank, needs: state.pools.needs(demands) }];
  });
}

/** The turn to start in `slot`: in a row of a batch the one that it was lent for, if that can still start. */
function turnFor(state: SchedulerState, slot: number): TurnSchedule | null {
  const grant = state.slots.grantOf(slot);
  if (grant === null || grant === 'any') return bestTurn(state);
  const turn = turnNamed(state, grant.task, grant.turn);
  return turn && state.queue.isStartable(turn.order) ? turn : null;
}

function bestTurn(state: SchedulerState): TurnSchedule | null {
  const place = state.queue.best();
  return place === null ? null : (state.turns[place] ?? null);
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
  const tasks = state.tasks.filter((task) => task.graph !== state.graph.assignment);
  const ended = tasks.map(({ status, degraded, graph }) => ({ status, degraded, last: graph.dependents.length === 0 }));
  return { type: 'run.finished', outcome: runOutcome(ended) };
}
