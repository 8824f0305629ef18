import type { RunState } from '../../../shared/run/state.ts';
import { taskDisplayState } from '../../state/task-display-state.ts';

/** Whether the filter hides a task. Each word must occur in its name, its agent or its state. */
export function matcher(filter: string, state: RunState): (task: string) => boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => false;
  const dimmed = new Map<string, boolean>();
  for (const task of state.tasks.values()) {
    const text = `${task.name} ${task.agent ?? ''} ${taskDisplayState(task)}`.toLowerCase();
    dimmed.set(task.name, !words.every((word) => text.includes(word)));
  }
  return (task) => dimmed.get(task) ?? true;
}
