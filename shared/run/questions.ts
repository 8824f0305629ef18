import type { RunState } from './state.ts';
import type { Question, TaskState } from './task-state.ts';

/** A question of a running turn to a person that has no answer yet. */
export interface OpenQuestion {
  task: TaskState;
  question: Question;
}

/** Returns the open question of a task with this ID, or null. */
export function openQuestion(task: TaskState, id: string): Question | null {
  return task.questions.findLast((question) => question.id === id && question.end === null) ?? null;
}

/** Returns the latest answered question of a task with this ID, in any attempt; null if it was never answered. */
export function answeredQuestion(task: TaskState, id: string): Question | null {
  return task.questions.findLast((question) => question.id === id && question.answer !== null) ?? null;
}

/** Returns all open questions of a run, the oldest first. */
export function openQuestions(state: RunState): OpenQuestion[] {
  const open: OpenQuestion[] = [];
  for (const task of state.tasks.values()) {
    for (const question of task.questions) if (question.end === null) open.push({ task, question });
  }
  return open.sort((a, b) => a.question.start - b.question.start || a.task.index - b.task.index);
}
