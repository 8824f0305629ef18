import type { RunEvent } from '../run/events.ts';

/**
 * Returns the number of events that count. The end of a successful attempt, or the answer to its review, and the result
 * of its task are written together. If only the first of them was saved, no subscriber has received it: the attempt counts as
 * unfinished, and the person is asked again.
 */
export function withoutPartialEnd(events: readonly RunEvent[]): number {
  let end = events.length;
  while (events[end - 1]?.type === 'task.assigned') end -= 1;
  const last = events[end - 1];
  return last && isPartialEnd(last) ? end - 1 : events.length;
}

function isPartialEnd(event: RunEvent): boolean {
  if (event.type === 'review.answered') {
    return event.answer === 'edited' || (event.when === 'after' && event.answer === 'approved');
  }
  if (event.type !== 'attempt.ended' || event.result !== 'ok' || event.turn !== undefined) return false;
  return event.text === undefined && event.blob === undefined;
}
