import type { Crew } from '../crew/schema.ts';
import type { TaskState, TurnState } from './state.ts';

/**
 * The run time at which a task had its outcome, after which no turn of it follows. From then on, the task can only wait
 * for a person while the engine records its end. Null while another turn may follow.
 */
export function settledAt(task: TaskState, process: Crew['process']): number | null {
  const written = task.reviews.at(-1);
  if (written?.when === 'before' && written.answer === 'edited') return written.end;
  if (task.turns.length === 0 || task.running > 0) return null;
  // The turns of a consensual task follow one another: which one is the last shows only at the task's end.
  if (process === 'consensual' && (task.endedAt === null || task.status === 'cancelled')) return null;
  const last = task.turns.reduce((latest, turn) => (endOf(turn) >= endOf(latest) ? turn : latest));
  if (last.retryAt !== null || last.result === 'lost') return null;
  const isSentBack = task.reviews.some(({ answer, end }) => answer === 'sent_back' && (end ?? 0) >= endOf(last));
  return isSentBack ? null : endOf(last);
}

function endOf({ end }: TurnState): number {
  return end ?? Number.POSITIVE_INFINITY;
}
