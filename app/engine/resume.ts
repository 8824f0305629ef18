import type { RunEvent } from '../../shared/run/events.ts';
import { readJournal } from './journal/read-journal.ts';

export type JournalToResume =
  /** `length`: the number of bytes to keep. The rest is truncated. */
  { ok: true; events: RunEvent[]; length: number; notes: string[] } | { ok: false; message: string };

/** Reads a journal that the run will append to. Omits an incomplete write of the earlier process, and reports it. */
export async function readToResume(dir: string): Promise<JournalToResume> {
  const events: RunEvent[] = [];
  const offsets: number[] = [];
  const read = await readJournal(dir, (event, offset) => {
    events.push(event);
    offsets.push(offset);
  });
  if (!read.ok) return { ok: false, message: read.message };
  const notes = read.torn ? [`The last line of the journal in ${dir} was torn, and has been cut off.`] : [];
  const kept = withoutPartialEnd(events);
  return { ok: true, events: events.slice(0, kept), length: offsets[kept] ?? read.bytes, notes };
}

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
