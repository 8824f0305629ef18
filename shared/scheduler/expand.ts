import { type Expansion, growCrew } from '../run/expansion/grow-crew.ts';
import { innerName } from '../run/expansion/task-names.ts';
import { markDue } from './due.ts';
import { endAfterContext, endAfterInstances, needsCondition, needsUntil, nextRound } from './endings.ts';
import { type GraphTask, graphOf } from './graph.ts';
import { declarePools, newTask, orderTurns, type SchedulerState, type TaskRun, taskNamed } from './state.ts';
import { enqueue, withdraw } from './turns.ts';

/**
 * The work of the caller for a task that expands. `expand`: emit its `task.expanded`, or the end of the task
 * if it has no list. `join`: emit its `task.completed` with the joined results.
 */
export interface Work {
  do: 'expand' | 'join';
  task: string;
}

/** Returns all work that is due, in the order of the tasks. A crew file is known before its task can start. */
export function workOf(state: SchedulerState): Work[] {
  if ((state.phase !== 'running' && state.phase !== 'paused') || state.stopping) return [];
  return state.parents.flatMap((task): Work[] => {
    const { name, expands } = task.graph;
    if (expands === 'crew' && task.phase === 'context')
      return task.isExpanded || task.abandonedBy !== null ? [] : [{ do: 'expand', task: name }];
    if (expands === 'repeat') return roundWork(state, task);
    if (task.waitingFor > 0) return [];
    if (task.phase === 'context')
      return endAfterContext(state, task) || needsCondition(state, task) ? [] : [{ do: 'expand', task: name }];
    const isJoined = task.phase === 'joining' && endAfterInstances(state, task) === null;
    return isJoined ? [{ do: 'join', task: name }] : [];
  });
}

/** The first round is known before its tasks can start, and each further one when `until` is false. */
function roundWork(state: SchedulerState, task: TaskRun): Work[] {
  const { name } = task.graph;
  const isOver = task.phase !== 'joining' && task.phase !== 'context';
  if (isOver || task.abandonedBy !== null || needsUntil(state, task)) return [];
  if (task.phase === 'context') return [{ do: 'expand', task: name }];
  if (task.waitingFor > 0 || endAfterInstances(state, task) !== null) return [];
  return [{ do: nextRound(task) === null ? 'join' : 'expand', task: name }];
}

/** A loop begins a round. Its tasks wait for those of the round. */
function roundBegan(state: SchedulerState, closing: TaskRun, expansion: Expansion): void {
  if (closing.phase === 'ended' || (expansion.round ?? 1) !== (closing.graph.repeat?.round ?? 0) + 1) return;
  state.crew = growCrew(state.crew, expansion);
  const added = regraph(state);
  state.open += added.filter(({ graph }) => !graph.isAssignment).length;
  closing.until = null;
  for (const task of state.tasks) {
    if (task !== closing && task.graph.closing !== closing.graph.index) continue;
    if (task.phase === 'ended') continue;
    task.phase = 'joining';
    task.isExpanded = true;
    state.conditional.delete(task);
    task.waitingFor = unended(state, task.graph.context);
  }
  for (const task of added) {
    const parent = task.graph.parent === null ? undefined : state.tasks[task.graph.parent];
    task.agent ??= parent?.agent ?? null;
    task.waitingFor = unended(state, task.graph.before) + startOf(state, task);
  }
  for (const other of [...added, ...state.parents]) if (other.waitingFor === 0) settleContext(state, other);
}

/**
 * A task expands: its instances join the graph, with its rank. Turns that wait keep their order, and the instances are
 * due in the order of their items. `ranks`: those of the tasks of a crew file, by their names in it.
 */
export function taskExpanded(
  state: SchedulerState,
  expansion: Expansion & { ranks?: Readonly<Record<string, number>> | undefined },
): void {
  const task = taskNamed(state, expansion.task);
  if (task && expansion.kind === 'repeat') roundBegan(state, task, expansion);
  if (expansion.kind === 'repeat' || task?.phase !== 'context' || task.isExpanded) return;
  state.crew = growCrew(state.crew, expansion);
  declarePools(state.pools, state.crew);
  const ofFile = Object.entries(expansion.ranks ?? {}).map(([name, rank]) => [innerName(expansion.task, name), rank]);
  state.ranks = { ...state.ranks, ...Object.fromEntries(ofFile) };
  const added = regraph(state);
  const own = added.filter(({ graph }) => !graph.isAssignment);
  for (const instance of added) {
    if (task.graph.expands === 'for_each') instance.agent ??= task.agent;
    instance.waitingFor = unended(state, instance.graph.before) + startOf(state, instance);
  }
  task.isExpanded = true;
  state.open += own.length;
  if (task.graph.expands === 'for_each') joinInstances(state, task);
  for (const dependent of state.parents) {
    if (dependent.phase === 'context' && dependent.graph.forEach?.aligned === task.graph.index)
      dependent.waitingFor -= 1;
  }
  settleContext(state, task);
  for (const other of [...added, ...state.parents]) if (other.waitingFor === 0) settleContext(state, other);
}

/** The task waits for its instances from now on. */
function joinInstances(state: SchedulerState, task: TaskRun): void {
  task.phase = 'joining';
  task.waitingFor = unended(state, task.graph.instances);
}

function unended(state: SchedulerState, indices: readonly number[]): number {
  return indices.filter((index) => state.tasks[index]?.phase !== 'ended').length;
}

/** A task of a crew file waits for the start of the file, besides its context: 1 before it, 0 afterwards. */
function startOf(state: SchedulerState, { graph }: TaskRun): 0 | 1 {
  const step = stepOf(state, graph);
  return step?.graph.expands === 'crew' && step.phase === 'context' ? 1 : 0;
}

/**
 * The context of a task has ended, or its expression was evaluated. A task that runs a crew file starts the file, unless
 * it ends without it; any other is due.
 */
export function settleContext(state: SchedulerState, task: TaskRun): void {
  const { graph, phase, waitingFor, isExpanded, abandonedBy } = task;
  const starts = graph.expands === 'crew' && phase === 'context' && waitingFor === 0 && isExpanded;
  const isFree = abandonedBy === null && !state.stopping && state.phase !== 'before';
  if (!starts || !isFree || needsCondition(state, task) || endAfterContext(state, task)) {
    markDue(state, task);
    return;
  }
  joinInstances(state, task);
  for (const inner of innerOf(state, task)) {
    // A reused list has expanded already.
    if (inner.phase !== 'context') continue;
    inner.waitingFor -= 1;
    if (inner.waitingFor === 0) settleContext(state, inner);
  }
  markDue(state, task);
}

/**
 * Returns the tasks of the crew file that a task runs, and its manager's assignment. The rounds of a loop are part of it
 * in place of the tasks of the loop.
 */
function innerOf(state: SchedulerState, step: TaskRun): TaskRun[] {
  return state.tasks.filter(({ graph, phase }) => {
    if (graph.expands === 'repeat' && phase === 'joining') return false;
    return stepOf(state, graph) === step;
  });
}

/** Returns the task that a task joined the run for, except for the rounds of a loop: they belong where the loop is. */
function stepOf(state: SchedulerState, { parent }: GraphTask): TaskRun | undefined {
  const task = parent === null ? undefined : state.tasks[parent];
  return task?.graph.expands === 'repeat' ? stepOf(state, task.graph) : task;
}

/** A task ended before the tasks that it expanded to: they end without running. */
export function abandonInner(state: SchedulerState, { graph }: TaskRun): void {
  for (const index of graph.instances) {
    const inner = state.tasks[index];
    if (inner) abandon(state, inner, graph.name);
  }
}

function abandon(state: SchedulerState, task: TaskRun, by: string): void {
  if (task.phase === 'ended' || task.abandonedBy !== null) return;
  task.abandonedBy = by;
  withdraw(state, task);
  markDue(state, task);
}

/** If an instance failed and its task fails with it: no other instance starts, and those that have not ended are skipped. */
export function abandonSiblings(state: SchedulerState, failed: TaskRun): void {
  const parent = failed.graph.parent === null ? undefined : state.tasks[failed.graph.parent];
  if (parent?.graph.forEach?.onFailure !== 'fail') return;
  for (const index of parent.graph.instances) {
    const sibling = state.tasks[index];
    if (sibling) abandon(state, sibling, failed.graph.name);
  }
}

/** Returns the tasks that the grown crew has added, in its order. */
function regraph(state: SchedulerState): TaskRun[] {
  const known = new Map(state.tasks.map((task) => [task.graph.name, task]));
  const waiting = state.turns.filter((turn) => state.queue.has(turn.order));
  const added: TaskRun[] = [];
  for (const turn of waiting) state.queue.remove(turn.order);
  state.graph = graphOf(state.crew);
  state.tasks = state.graph.tasks.map((graph) => {
    const task = known.get(graph.name);
    if (task) {
      task.graph = graph;
      return task;
    }
    const instance = newTask(graph, state.pools);
    added.push(instance);
    if (graph.isConditional) state.conditional.add(instance);
    return instance;
  });
  state.parents = state.tasks.filter(({ graph }) => graph.expands !== null);
  state.stopFrom = 0;
  orderTurns(state);
  for (const turn of waiting) enqueue(state, turn);
  return added;
}
