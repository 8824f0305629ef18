import { type Expansion, growCrew } from '../run/expansion/grow-crew.ts';
import { markDue } from './due.ts';
import { endAfterContext, endAfterInstances, needsCondition } from './endings.ts';
import { graphOf } from './graph.ts';
import { declarePools, newTask, orderTurns, type SchedulerState, type TaskRun, taskNamed } from './state.ts';
import { enqueue, withdraw } from './turns.ts';

/**
 * What the caller must do for a task with `for_each`. `expand`: emit its `task.expanded`, or the end of the task if it
 * has no list. `join`: emit its `task.completed` with the joined results.
 */
export interface Work {
  do: 'expand' | 'join';
  task: string;
}

/** Returns all work that is due, in the order of the tasks. */
export function workOf(state: SchedulerState): Work[] {
  if ((state.phase !== 'running' && state.phase !== 'paused') || state.stopping) return [];
  return state.parents.flatMap((task): Work[] => {
    const { name } = task.graph;
    if (task.waitingFor > 0) return [];
    if (task.phase === 'context')
      return endAfterContext(state, task) || needsCondition(state, task) ? [] : [{ do: 'expand', task: name }];
    const isJoined = task.phase === 'joining' && endAfterInstances(state, task) === null;
    return isJoined ? [{ do: 'join', task: name }] : [];
  });
}

/**
 * A task expands: its instances join the graph, with its rank. Turns that wait keep their order, and the instances are
 * due in the order of their items.
 */
export function taskExpanded(state: SchedulerState, expansion: Expansion): void {
  const task = taskNamed(state, expansion.task);
  if (task?.phase !== 'context') return;
  state.crew = growCrew(state.crew, expansion);
  declarePools(state.pools, state.crew);
  const added = regraph(state);
  for (const instance of added) {
    instance.agent ??= task.agent;
    instance.waitingFor = instance.graph.context.filter((index) => state.tasks[index]?.phase !== 'ended').length;
  }
  task.phase = 'joining';
  task.isExpanded = true;
  task.waitingFor = added.length;
  state.open += added.length;
  for (const dependent of state.parents) {
    if (dependent.phase === 'context' && dependent.graph.forEach?.aligned === task.graph.index)
      dependent.waitingFor -= 1;
  }
  for (const other of [...added, ...state.parents]) markDue(state, other);
}

/** If an instance failed and its task fails with it: no other instance starts, and those that have not ended are skipped. */
export function abandonSiblings(state: SchedulerState, failed: TaskRun): void {
  const parent = failed.graph.parent === null ? undefined : state.tasks[failed.graph.parent];
  if (parent?.graph.forEach?.onFailure !== 'fail') return;
  for (const index of parent.graph.instances) {
    const sibling = state.tasks[index];
    if (!sibling || sibling.phase === 'ended' || sibling.abandonedBy !== null) continue;
    sibling.abandonedBy = failed.graph.name;
    withdraw(state, sibling);
    markDue(state, sibling);
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
    return instance;
  });
  state.parents = state.tasks.filter(({ graph }) => graph.forEach !== null);
  state.stopFrom = 0;
  orderTurns(state);
  for (const turn of waiting) enqueue(state, turn);
  return added;
}
