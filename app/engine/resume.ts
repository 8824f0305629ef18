import { withoutPartialEnd } from '../../shared/control/partial-end.ts';
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
  const notes = read.torn ? [`The last line of the journal in ${dir} was incomplete and has been removed.`] : [];
  const kept = withoutPartialEnd(events);
  return { ok: true, events: events.slice(0, kept), length: offsets[kept] ?? read.bytes, notes };
}
