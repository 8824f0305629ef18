import type { EventOf } from '../run/events.ts';
import type { TaskStatus } from '../run/state.ts';
import { markDue, type SchedulerState, type TaskRun } from './state.ts';
import { openTask, withdraw } from './turns.ts';

type Answer = Pick<EventOf<'review.answered'>, 'when' | 'answer'>;

/** The run begins: what waits for nothing can be said to be ready. */
export function noteRoots(state: SchedulerState): void {
  for (const task of state.tasks) if (task.waitingFor === 0) markDue(state, task);
}

/** Its context has ended, and it is to be done. */
export function taskReady(state: SchedulerState, task: TaskRun): void {
  if (task.phase !== 'context') return;
  if (task.agent === null && task.graph.unassigned) {
    task.phase = 'assignment';
    markDue(state, task);
  } else checkCacheOrOpen(state, task);
}

export function taskAssigned(state: SchedulerState, task: TaskRun, agent: string): void {
  task.agent = agent;
  if (task.phase === 'assignment') checkCacheOrOpen(state, task);
}

export function cacheAsked(task: TaskRun): void {
  if (task.phase === 'ask_cache') task.phase = 'asked_cache';
}

/** No stored result is to be had: the task is done. Nobody is asked about it: what a person reviews is never looked for. */
export function cacheMissed(state: SchedulerState, task: TaskRun): void {
  if (task.phase === 'asked_cache' || task.phase === 'ask_cache') openTask(state, task);
}

export function reviewAsked(task: TaskRun): void {
  if (task.phase === 'ask_before') task.phase = 'asked_before';
  if (task.phase === 'ask_after') task.phase = 'asked_after';
}

/**
 * A task that may be done competes for a slot; one whose result a person wrote has it already. A result that was sent
 * back is made anew, in an attempt that uses up no retry.
 */
export function reviewAnswered(state: SchedulerState, task: TaskRun, { when, answer }: Answer): void {
  if (when === 'before' && (task.phase === 'asked_before' || task.phase === 'ask_before')) {
    if (answer === 'edited') task.phase = 'answered';
    else openTask(state, task);
  }
  if (when === 'after' && (task.phase === 'asked_after' || task.phase === 'ask_after')) {
    if (answer === 'sent_back') reopen(state, task);
    else task.phase = 'answered';
  }
}

/**
 * Another process carries the run on from run time `t`: whoever was asked is asked again. What could start is looked for
 * in the cache once more, since what was found out about it is gone with the process. What is to be said is looked for
 * anew, in declared order: what came up in which order before depends on how often the scheduler was asked.
 */
export function askAgain(state: SchedulerState, t: number): void {
  for (const task of state.tasks) {
    if (task.phase === 'asked_cache' || (task.graph.cached && couldStart(task, t))) {
      withdraw(state, task);
      task.phase = 'ask_cache';
    } else if (task.phase === 'asked_before') task.phase = 'ask_before';
    else if (task.phase === 'asked_after') task.phase = 'ask_after';
  }
  state.due.length = 0;
  state.dueFrom = 0;
  state.stopFrom = 0;
  for (const task of state.tasks) if (task.phase !== 'ended') markDue(state, task);
}

/** A task has ended; those that waited for it alone can be decided. */
export function taskEnded(state: SchedulerState, task: TaskRun, status: TaskStatus, degraded: boolean): void {
  if (task.phase === 'ended') return;
  task.phase = 'ended';
  task.status = status;
  task.degraded = degraded;
  withdraw(state, task);
  if (task.graph === state.graph.assignment) {
    for (const other of state.tasks) if (other.phase === 'assignment') markDue(state, other);
    return;
  }
  state.open -= 1;
  for (const index of task.graph.dependents) {
    const dependent = state.tasks[index];
    if (!dependent) continue;
    dependent.waitingFor -= 1;
    if (dependent.waitingFor === 0) markDue(state, dependent);
  }
}

/** What became of a task's context: how many were not chosen, whether one is degraded, and who gave no result. */
export function contextResults(
  state: SchedulerState,
  task: TaskRun,
): { notChosen: number; degraded: boolean; missing: readonly string[] } {
  let notChosen = 0;
  let degraded = false;
  let missing = NONE;
  for (const index of task.graph.context) {
    const before = state.tasks[index];
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

function checkCacheOrOpen(state: SchedulerState, task: TaskRun): void {
  if (task.graph.cached) {
    task.phase = 'ask_cache';
    markDue(state, task);
  } else if (task.graph.review === 'before') {
    task.phase = 'ask_before';
    markDue(state, task);
  } else openTask(state, task);
}

function reopen(state: SchedulerState, task: TaskRun): void {
  for (const turn of task.turns) turn.state = 'idle';
  openTask(state, task);
}
