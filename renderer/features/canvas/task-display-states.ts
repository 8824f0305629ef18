import { instanceOf } from '../../../shared/run/expansion/task-names.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import { type TaskDisplayState, taskDisplayState } from '../../state/task-display-state.ts';

/** The states of these tasks in the shown run, as a string. Equal strings draw equally. */
export function statesKey(tasks: readonly string[], state: RunState | null): string {
  return tasks.map((name) => `${displayStateOf(state, name)} ${itemsText(state, name) ?? ''}`.trimEnd()).join(',');
}

/** Returns a string that changes with the branches that the edges of these tasks show. */
export function branchesKey(tasks: readonly string[], state: RunState | null): string {
  return tasks.map((name) => branchKey(state?.tasks.get(name))).join();
}

function branchKey(task: TaskState | undefined): string {
  if (task?.status === 'not_chosen') return 'not chosen';
  return task?.status === 'completed' ? (task.choices ?? []).join(' ') : '';
}

/** `3 of 12`: the number of ended tasks, and of all tasks, that a task expanded to; null if it has not expanded. */
export function itemsText(state: RunState | null, name: string): string | null {
  const task = state?.tasks.get(name);
  if (!state || !task?.expansion || task.expansion.count === 0) return null;
  const instances = task.context.filter((other) => instanceOf(other)?.of === name);
  const ended = instances.filter((instance) => state.tasks.get(instance)?.endedAt !== null).length;
  return `${ended} of ${task.expansion.count}`;
}

/** The agents of these tasks, as a string. */
export function agentsKey(tasks: readonly string[], state: RunState | null): string {
  return tasks.map((name) => state?.tasks.get(name)?.agent ?? '').join();
}

/** The state of a task on the canvas: `idle` if no run is shown, or the run does not have the task. */
export function displayStateOf(state: RunState | null, name: string): TaskDisplayState {
  const task = state?.tasks.get(name);
  return task ? taskDisplayState(task) : 'idle';
}
