import type { Project } from '../../shared/project/schema.ts';
import type { RunState } from '../../shared/run/state.ts';
import { type TaskLook, taskLook } from '../store/task-look.ts';
import { taskOf } from '../store/task-of.ts';

/** How each of these tasks stands in the shown run, as a text: equal texts draw equally. */
export function looksText(tasks: readonly string[], state: RunState | null): string {
  return tasks.map((name) => lookOf(state, name)).join(',');
}

/** Who does each of these tasks, as a text. */
export function giversText(tasks: readonly string[], state: RunState | null): string {
  return tasks.map((name) => state?.tasks.get(name)?.agent ?? '').join();
}

export function lookOf(state: RunState | null, name: string): TaskLook {
  const task = state?.tasks.get(name);
  return task ? taskLook(task) : 'idle';
}

/** The agent that does a task: the one that it names, else the one that the run gave it. */
export function agentOf(project: Project, state: RunState | null, name: string): string | null {
  const own = taskOf(project, name)?.agent;
  return own ?? state?.tasks.get(name)?.agent ?? null;
}
