import type { TaskState } from './task-state.ts';
import type { TurnState } from './turn-state.ts';

/**
 * Returns the run time of a task's outcome, after which no turn of the task follows; null while another turn may
 * follow. After its outcome, a task can only wait for a person or for the engine to record its end.
 */
export function settledAt(task: TaskState): number | null {
  const written = task.reviews.at(-1);
  if (written?.when === 'before' && written.answer === 'edited') return written.end;
  if (task.turns.length === 0 || task.running > 0) return null;
  // In a consensual task, only the end of the task shows which turn was the last.
  if (task.council.length > 0 && (task.endedAt === null || task.status === 'cancelled')) return null;
  const last = task.turns.reduce((latest, turn) => (endOf(turn) >= endOf(latest) ? turn : latest));
  if (last.retryAt !== null || last.result === 'lost') return null;
  const isSentBack = task.reviews.some(({ answer, end }) => answer === 'sent_back' && (end ?? 0) >= endOf(last));
  return isSentBack ? null : endOf(last);
}

function endOf({ end }: TurnState): number {
  return end ?? Number.POSITIVE_INFINITY;
}
