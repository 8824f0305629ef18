import type { RunState } from '../../../shared/run/state.ts';
import { type TaskDisplayState, taskDisplayState } from '../../state/task-display-state.ts';

/** The states of these tasks in the shown run, as a string. Equal strings draw equally. */
export function statesKey(tasks: readonly string[], state: RunState | null): string {
  return tasks.map((name) => displayStateOf(state, name)).join(',');
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
