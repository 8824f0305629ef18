import { endAfterContext, endAfterInstances, needsCondition, needsUntil } from './endings.ts';
import type { SchedulerState, TaskRun } from './state.ts';

/**
 * Marks a task as due if it has an event to emit. A task without one is not marked, so that the order of events does
 * not depend on how often the scheduler is called.
 */
export function markDue(state: SchedulerState, task: TaskRun): void {
  if (isDue(state, task)) state.due.push(task);
}

/** Skips tasks that have nothing more to emit. Called after each event, for the same reason as in `markDue`. */
export function skipSettled(state: SchedulerState): void {
  for (let next = state.due[state.dueFrom]; next && !isDue(state, next); next = state.due[state.dueFrom])
    state.dueFrom += 1;
}

/** Whether a task can be cancelled after a stop: it has not ended, has no result, and no running turn. */
export function canCancel(task: TaskRun): boolean {
  if (task.phase === 'ended' || task.phase === 'answered') return false;
  return task.turns.every((turn) => turn.state !== 'running');
}

/** Whether the manager's assignment that a task waits for has ended. */
export function isAssigned({ tasks }: SchedulerState, { graph }: TaskRun): boolean {
  return graph.assignment !== null && tasks[graph.assignment]?.phase === 'ended';
}

function isDue(state: SchedulerState, task: TaskRun): boolean {
  if (state.stopping || (task.abandonedBy !== null && task.phase !== 'ended')) return canCancel(task);
  switch (task.phase) {
    case 'context':
      if (task.waitingFor > 0 || needsCondition(state, task)) return false;
      return task.graph.expands === null || endAfterContext(state, task) !== null;
    case 'joining':
      return task.waitingFor === 0 && !needsUntil(state, task) && endAfterInstances(state, task) !== null;
    case 'assignment':
      return isAssigned(state, task);
    case 'stopped':
      return canCancel(task);
    case 'ask_cache':
    case 'ask_before':
    case 'ask_after':
    case 'failing':
      return true;
    case 'asked_cache':
    case 'asked_before':
    case 'asked_after':
    case 'open':
    case 'answered':
    case 'ended':
      return false;
  }
}
