import type { EventOf } from '../run/events.ts';
import type { TaskStatus } from '../run/state.ts';
import { markDue, type SchedulerState, type TaskRun } from './state.ts';
import { openTask, withdraw } from './turns.ts';

type Answer = Pick<EventOf<'review.answered'>, 'when' | 'answer'>;

/** The run begins: what waits for nothing can be said to be ready. */
export function noteRoots(board: SchedulerState): void {
  for (const task of board.tasks) if (task.waitingFor === 0) markDue(board, task);
}

/** Its context has ended, and it is to be done. */
export function taskReady(board: SchedulerState, task: TaskRun): void {
  if (task.phase !== 'context') return;
  if (task.agent === null && task.graph.unassigned) {
    task.phase = 'assignment';
    markDue(board, task);
  } else checkCacheOrOpen(board, task);
}

export function taskAssigned(board: SchedulerState, task: TaskRun, agent: string): void {
  task.agent = agent;
  if (task.phase === 'assignment') checkCacheOrOpen(board, task);
}

export function cacheAsked(task: TaskRun): void {
  if (task.phase === 'ask_cache') task.phase = 'asked_cache';
}

/** No stored result is to be had: the task is done. Nobody is asked about it: what a person reviews is never looked for. */
export function cacheMissed(board: SchedulerState, task: TaskRun): void {
  if (task.phase === 'asked_cache' || task.phase === 'ask_cache') openTask(board, task);
}

export function reviewAsked(task: TaskRun): void {
  if (task.phase === 'ask_before') task.phase = 'asked_before';
  if (task.phase === 'ask_after') task.phase = 'asked_after';
}

/**
 * A task that may be done competes for a slot; one whose result a person wrote has it already. A result that was sent
 * back is made anew, in an attempt that uses up no retry.
 */
export function reviewAnswered(board: SchedulerState, task: TaskRun, { when, answer }: Answer): void {
  if (when === 'before' && (task.phase === 'asked_before' || task.phase === 'ask_before')) {
    if (answer === 'edited') task.phase = 'answered';
    else openTask(board, task);
  }
  if (when === 'after' && (task.phase === 'asked_after' || task.phase === 'ask_after')) {
    if (answer === 'sent_back') reopen(board, task);
    else task.phase = 'answered';
  }
}

/**
 * Another process carries the run on from run time `t`: whoever was asked is asked again. What could start is looked for
 * in the cache once more, since what was found out about it is gone with the process. What is to be said is looked for
 * anew, in declared order: what came up in which order before depends on how often the scheduler was asked.
 */
export function askAgain(board: SchedulerState, t: number): void {
  for (const task of board.tasks) {
    if (task.phase === 'asked_cache' || (task.graph.cached && couldStart(task, t))) {
      withdraw(board, task);
      task.phase = 'ask_cache';
    } else if (task.phase === 'asked_before') task.phase = 'ask_before';
    else if (task.phase === 'asked_after') task.phase = 'ask_after';
  }
  board.due.length = 0;
  board.dueFrom = 0;
  board.stopFrom = 0;
  for (const task of board.tasks) if (task.phase !== 'ended') markDue(board, task);
}

/** A task has ended; those that waited for it alone can be decided. */
export function taskEnded(board: SchedulerState, task: TaskRun, status: TaskStatus, degraded: boolean): void {
  if (task.phase === 'ended') return;
  task.phase = 'ended';
  task.status = status;
  task.degraded = degraded;
  withdraw(board, task);
  if (task.graph === board.graph.assignment) {
    for (const other of board.tasks) if (other.phase === 'assignment') markDue(board, other);
    return;
  }
  board.open -= 1;
  for (const index of task.graph.dependents) {
    const dependent = board.tasks[index];
    if (!dependent) continue;
    dependent.waitingFor -= 1;
    if (dependent.waitingFor === 0) markDue(board, dependent);
  }
}

/** What became of a task's context: how many were not chosen, whether one is degraded, and who gave no result. */
export function contextResults(
  board: SchedulerState,
  task: TaskRun,
): { notChosen: number; degraded: boolean; missing: readonly string[] } {
  let notChosen = 0;
  let degraded = false;
  let missing = NONE;
  for (const index of task.graph.context) {
    const before = board.tasks[index];
    if (!before) continue;
    if (before.status === 'not_chosen') notChosen += 1;
    else if (before.status !== 'completed') missing = [...missing, before.graph.name];
    if (before.degraded) degraded = true;
  }
  return { notChosen, degraded, missing };
}

const NONE: readonly string[] = [];

function couldStart(task: TaskRun, t: number): boolean {
  const turn = task.turns.length === 1 ? task.turns[0] : undefined;
  return task.phase === 'open' && turn?.state === 'waiting' && (turn.notBefore ?? 0) <= t;
}

function checkCacheOrOpen(board: SchedulerState, task: TaskRun): void {
  if (task.graph.cached) {
    task.phase = 'ask_cache';
    markDue(board, task);
  } else if (task.graph.review === 'before') {
    task.phase = 'ask_before';
    markDue(board, task);
  } else openTask(board, task);
}

function reopen(board: SchedulerState, task: TaskRun): void {
  for (const turn of task.turns) turn.state = 'idle';
  openTask(board, task);
}
