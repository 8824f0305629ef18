import type { RunState } from '../../../shared/run/state.ts';
import { type TaskDisplayState, taskLook } from '../../state/task-display-state.ts';

/** How each of these tasks stands in the shown run, as a text: equal texts draw equally. */
export function statesKey(tasks: readonly string[], state: RunState | null): string {
  return tasks.map((name) => lookOf(state, name)).join(',');
}

/** Who does each of these tasks, as a text. */
export function agentsKey(tasks: readonly string[], state: RunState | null): string {
  return tasks.map((name) => state?.tasks.get(name)?.agent ?? '').join();
}

export function lookOf(state: RunState | null, name: string): TaskDisplayState {
  const task = state?.tasks.get(name);
  return task ? taskLook(task) : 'idle';
}
