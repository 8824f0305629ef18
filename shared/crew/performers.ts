import type { Crew, Task } from './schema.ts';

/**
 * Whether agents perform a task. A task with `call` is one tool call, and one with `crew` is the tasks of a crew file:
 * nobody is assigned to them, and nobody proposes or votes.
 */
export function hasPerformer({ call, crew }: Pick<Task, 'call' | 'crew'>): boolean {
  return call === undefined && crew === undefined;
}

/** Whether the manager must choose the agent of a task. `crew` is that of the file that contains the task. */
export function needsAgent(crew: Pick<Crew, 'process'>, task: Task): boolean {
  return crew.process === 'hierarchical' && task.agent === undefined && hasPerformer(task);
}
