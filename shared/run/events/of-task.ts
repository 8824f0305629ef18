import { type SchedulerState, type TaskRun, taskNamed } from '../../scheduler/state.ts';
import type { RunState } from '../state.ts';
import type { TaskState } from '../task-state.ts';

/** Folds an event into its task. An event of a task that is not in the crew changes nothing. */
export function inTask<Event extends { task: string }>(
  apply: (task: TaskState, event: Event) => void,
): (run: RunState, event: Event) => void {
  return (run, event) => {
    const task = run.tasks.get(event.task);
    if (task) apply(task, event);
  };
}

/** The same for the scheduler. */
export function scheduleTask<Event extends { task: string }>(
  apply: (state: SchedulerState, task: TaskRun, event: Event) => void,
): (state: SchedulerState, event: Event) => void {
  return (state, event) => {
    const task = taskNamed(state, event.task);
    if (task) apply(state, task, event);
  };
}
