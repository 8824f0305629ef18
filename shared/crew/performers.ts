import type { Crew, Task } from './schema.ts';

/**
 * Whether agents perform a task. A task with `call` is one tool call, without an agent: nobody is assigned to it, and
 * nobody proposes or votes.
 */
export function hasPerformer({ call }: Pick<Task, 'call'>): boolean {
  return call === undefined;
}

/** Whether the manager must choose the agent of a task. */
export function needsAgent(crew: Pick<Crew, 'process'>, task: Task): boolean {
  return crew.process === 'hierarchical' && task.agent === undefined && hasPerformer(task);
}
