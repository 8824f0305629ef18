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
export function decide(board: SchedulerState, t: number): EventDraft | null {
  if (board.phase !== 'running' && board.phase !== 'paused') return null;
  if (board.stopping) return cancelNext(board) ?? finish(board);
  return nextAnnouncement(board) ?? grantNext(board) ?? startNext(board, t) ?? finish(board);
}

/** After a stop: what does not run is cancelled in declared order, what runs once its turns have ended. */
function cancelNext(board: SchedulerState): EventDraft | null {
  const dropped = nextDue(board, cancellationOf);
  if (dropped) return dropped;
  for (; board.stopFrom < board.tasks.length; board.stopFrom += 1) {
    const task = board.tasks[board.stopFrom];
    const cancelled = task ? cancellationOf(board, task) : null;
    if (cancelled) return cancelled;
  }
  return null;
}

function cancellationOf(_board: SchedulerState, task: TaskRun): EventDraft | null {
  return canCancel(task) ? { type: 'task.cancelled', task: task.graph.name } : null;
}

function nextAnnouncement(board: SchedulerState): EventDraft | null {
  return nextDue(board, sayOf);
}

/** The first task of those noted of which there is something to say; the others have nothing more to be said. */
function nextDue(
  board: SchedulerState,
  say: (board: SchedulerState, task: TaskRun) => EventDraft | null,
): EventDraft | null {
  for (; board.dueFrom < board.due.length; board.dueFrom += 1) {
    const task = board.due[board.dueFrom];
    const said = task ? say(board, task) : null;
    board.recent = task ?? null;
    if (said) return said;
  }
  board.due.length = 0;
  board.dueFrom = 0;
  return null;
}

function sayOf(board: SchedulerState, task: TaskRun): EventDraft | null {
  const { name } = task.graph;
  switch (task.phase) {
    case 'context':
      return task.waitingFor === 0 ? afterContext(board, task) : null;
    case 'assignment':
      return leftToManager(board, task);
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

function afterContext(board: SchedulerState, task: TaskRun): EventDraft | null {
  const { name } = task.graph;
  if (task.graph === board.graph.assignment && !needsAgents(board)) return null;
  const { notChosen, missing } = contextResults(board, task);
  if (notChosen > 0 && notChosen === task.graph.context.length) return { type: 'task.not_chosen', task: name };
  if (missing.length > 0 && task.graph.skipOnFailure)
    return { type: 'task.skipped', task: name, because: [...missing] };
  return { type: 'task.ready', task: name };
}

/** Whether a task that is still to be done has no agent (kept results need none). */
function needsAgents(board: SchedulerState): boolean {
  return board.tasks.some((task) => task.agent === null && task.phase !== 'ended');
}

/** Where the assignment ended without a word about a task, the manager does it. */
function leftToManager(board: SchedulerState, task: TaskRun): EventDraft | null {
  if (!isAssigned(board)) return null;
  return { type: 'task.assigned', task: task.graph.name, agent: board.graph.assignment?.agent ?? '' };
}

/** Who waits for a lease comes before new tasks. */
function grantNext(board: SchedulerState): EventDraft | null {
  const request = board.leases.nextGrant(board.slots.shared);
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
export function candidates(board: SchedulerState, t: number): Candidate[] {
  if (board.phase !== 'running' || board.stopping || board.overBudget) return [];
  promote(board, t);
  return board.queue.heads().flatMap(({ place, demands }) => {
    const turn = board.turns[place];
    if (!turn) return [];
    const named = turn.name === null ? {} : { turn: turn.name };
    return [{ task: turn.task.graph.name, ...named, rank: turn.rank, needs: board.pools.needs(demands) }];
  });
}

/** The turn to start in `slot`: in a row of a batch the one that it was lent for, if that can still start. */
function turnFor(board: SchedulerState, slot: number): TurnSchedule | null {
  const grant = board.slots.grantOf(slot);
  if (grant === null || grant === 'any') return bestTurn(board);
  const turn = turnNamed(board, grant.task, grant.turn);
  return turn && board.queue.isStartable(turn.order) ? turn : null;
}

function bestTurn(board: SchedulerState): TurnSchedule | null {
  const place = board.queue.best();
  return place === null ? null : (board.turns[place] ?? null);
}

function startNext(board: SchedulerState, t: number): EventDraft | null {
  if (board.phase === 'paused' || board.overBudget) return null;
  promote(board, t);
  const slot = board.slots.next();
  if (slot === null) return null;
  const turn = turnFor(board, slot);
  if (!turn) return null;
  board.recent = turn.task;
  const { name } = turn.task.graph;
  const attempt = turn.attempts + 1;
  const agent = agentOf(turn);
  if (turn.name === null) return { type: 'attempt.started', task: name, attempt, slot, agent };
  return { type: 'attempt.started', task: name, attempt, turn: turn.name, slot, agent };
}

function finish(board: SchedulerState): EventDraft | null {
  if (board.open > 0 || board.slots.running > 0) return null;
  const tasks = board.tasks.filter((task) => task.graph !== board.graph.assignment);
  const ended = tasks.map(({ status, degraded, graph }) => ({ status, degraded, last: graph.dependents.length === 0 }));
  return { type: 'run.finished', outcome: runOutcome(ended) };
}
