import type { TaskStatus } from '../run/task-state.ts';
import { isExpandedSource } from './context-results.ts';
import { markDue } from './due.ts';
import { abandonInner, abandonSiblings, settleContext } from './expand.ts';
import type { SchedulerState, TaskRun } from './state.ts';
import { openTask, withdraw } from './turns.ts';

interface Answer {
  when: 'before' | 'after';
  answer: 'approved' | 'edited' | 'sent_back';
}

/** Marks the tasks without a context as due, at the start of a run. */
export function markRootsDue(state: SchedulerState): void {
  for (const task of state.tasks) if (task.waitingFor === 0) settleContext(state, task);
}

/** The value of the task's expression is known; null if the evaluation failed with `detail`. */
export function conditionEvaluated(
  state: SchedulerState,
  task: TaskRun,
  { value, detail }: { value: boolean | null; detail: string },
): void {
  if (task.phase !== 'context') return;
  state.conditional.delete(task);
  task.condition = value;
  if (value === null) {
    task.phase = 'failing';
    task.failure = { kind: 'expression', message: detail };
  }
  settleContext(state, task);
}

/** The value of a loop's `until` after its last round is known; null if the evaluation failed with `detail`. */
export function untilEvaluated(
  state: SchedulerState,
  task: TaskRun,
  { value, detail }: { value: boolean | null; detail: string },
): void {
  if (task.phase !== 'joining') return;
  task.until = value;
  if (value === null) {
    task.phase = 'failing';
    task.failure = { kind: 'expression', message: detail };
  }
  markDue(state, task);
}

/** The task's context has ended: continues with the assignment, the cache lookup, the review or the start. */
export function taskReady(state: SchedulerState, task: TaskRun): void {
  if (task.phase !== 'context') return;
  if (task.agent === null && task.graph.assignment !== null) {
    task.phase = 'assignment';
    markDue(state, task);
  } else checkCacheOrOpen(state, task);
}

/** The agent of a task with `for_each` is also the agent of its instances. */
export function taskAssigned(state: SchedulerState, task: TaskRun, agent: string): void {
  task.agent = agent;
  if (task.phase === 'assignment') checkCacheOrOpen(state, task);
  if (task.graph.expands === 'crew') return;
  for (const index of task.graph.instances) {
    const instance = state.tasks[index];
    if (instance && instance.agent === null) taskAssigned(state, instance, agent);
  }
}

/** The task failed permanently, also if no attempt of it failed. */
export function taskFailed(state: SchedulerState, task: TaskRun, failure: NonNullable<TaskRun['failure']>): void {
  task.failure = failure;
  taskEnded(state, task, 'failed', false);
}

export function cacheAsked(task: TaskRun): void {
  if (task.phase === 'ask_cache') task.phase = 'asked_cache';
}

/**
 * After a cache miss the task starts. It has no review before its start, since tasks with a review are never looked up.
 */
export function cacheMissed(state: SchedulerState, task: TaskRun): void {
  if (task.phase === 'asked_cache' || task.phase === 'ask_cache') openTask(state, task);
}

export function reviewAsked(task: TaskRun): void {
  if (task.phase === 'ask_before') task.phase = 'asked_before';
  if (task.phase === 'ask_after') task.phase = 'asked_after';
}

/**
 * An approved task may start, and a task whose result a person wrote has its result. A result that was sent back needs
 * another attempt, which does not count as a retry.
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
 * A new owner resumes the run at run time `t`: open questions are emitted again. Tasks that could start are looked up
 * in the cache again, because the earlier answer was lost with the process. All tasks are checked for events to emit in
 * declared order, because their order in the earlier process is unknown.
 */
export function repeatQuestions(state: SchedulerState, t: number): void {
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

/** A task has ended: dependents whose whole context has ended become due. */
export function taskEnded(
  state: SchedulerState,
  task: TaskRun,
  status: TaskStatus,
  degraded: boolean,
  choices: readonly string[] = NONE,
): void {
  if (task.phase === 'ended') return;
  task.phase = 'ended';
  task.choices = choices;
  state.conditional.delete(task);
  task.status = status;
  task.degraded = degraded;
  withdraw(state, task);
  if (status === 'failed') abandonSiblings(state, task);
  if (task.graph.expands) abandonInner(state, task);
  if (task.graph.isAssignment) {
    for (const other of state.tasks) if (other.phase === 'assignment') markDue(state, other);
    return;
  }
  state.open -= 1;
  for (const index of task.graph.dependents) {
    const dependent = state.tasks[index];
    if (!dependent || isExpandedSource(dependent, task) || isBeforeStart(dependent, task)) continue;
    dependent.waitingFor -= 1;
    if (dependent.waitingFor === 0) settleContext(state, dependent);
  }
}

const NONE: readonly string[] = [];

/** Whether a task is part of a crew file that has not started. The task that runs the file does not count its end yet. */
function isBeforeStart(step: TaskRun, inner: TaskRun): boolean {
  return inner.graph.parent === step.graph.index && step.phase === 'context';
}

function couldStart(task: TaskRun, t: number): boolean {
  const turn = task.turns.length === 1 ? task.turns[0] : undefined;
  return task.phase === 'open' && turn?.state === 'waiting' && (turn.notBefore ?? 0) <= t;
}

function checkCacheOrOpen(state: SchedulerState, task: TaskRun): void {
  if (task.graph.cached) {
    task.phase = 'ask_cache';
    markDue(state, task);
  } else if (task.graph.reviewedBefore) {
    task.phase = 'ask_before';
    markDue(state, task);
  } else openTask(state, task);
}

function reopen(state: SchedulerState, task: TaskRun): void {
  for (const turn of task.turns) turn.state = 'idle';
  openTask(state, task);
}
