import type { RunEvent } from '../../shared/run/events.ts';
import type { TurnState } from '../../shared/run/state.ts';
import { readJournal } from './journal/read-journal.ts';
import type { Recorder } from './journal/recorder.ts';

export type JournalToResume =
  /** `length`: the bytes that stay; what stands behind them is cut off. */
  { ok: true; events: RunEvent[]; length: number; notes: string[] } | { ok: false; message: string };

/** Reads a journal that is to be written on. What the cut-off process wrote only in part is left out, and said. */
export async function readToResume(dir: string): Promise<JournalToResume> {
  const events: RunEvent[] = [];
  const offsets: number[] = [];
  const read = await readJournal(dir, (event, offset) => {
    events.push(event);
    offsets.push(offset);
  });
  if (!read.ok) return { ok: false, message: read.message };
  const notes = read.torn ? [`The last line of the journal in ${dir} was torn, and has been cut off.`] : [];
  const kept = withoutHalfAnEnd(events);
  return { ok: true, events: events.slice(0, kept), length: offsets[kept] ?? read.bytes, notes };
}

/**
 * How many events count. The end of an attempt that succeeded, or a person's answer to its result, and the result of its
 * task are written together; where only the first of them was saved, nobody has been told of it: the attempt is taken as
 * still open, and the person is asked again.
 */
function withoutHalfAnEnd(events: readonly RunEvent[]): number {
  let end = events.length;
  while (events[end - 1]?.type === 'task.assigned') end -= 1;
  const last = events[end - 1];
  return last && isHalfAnEnd(last) ? end - 1 : events.length;
}

function isHalfAnEnd(event: RunEvent): boolean {
  if (event.type === 'review.answered') {
    return event.answer === 'edited' || (event.when === 'after' && event.answer === 'approved');
  }
  if (event.type !== 'attempt.ended' || event.result !== 'ok' || event.turn !== undefined) return false;
  return event.text === undefined && event.blob === undefined;
}

/** Ends what ran when the engine went away: its waits, its leases, and the turns, each to be done again. */
export function endLostTurns(recorder: Recorder, now: number): void {
  for (const turn of [...recorder.state.running]) {
    endWaitsAndLeases(recorder, turn);
    const message = 'The process that carried the run ended while it ran.';
    recorder.emit({ type: 'attempt.ended', ...attemptOf(turn), result: 'lost', kind: 'lost', message, retry_at: now });
  }
}

function endWaitsAndLeases(recorder: Recorder, turn: TurnState): void {
  for (const { leases } of recorder.state.resources.values()) {
    for (const { task, attempt, turn: name, releasedAt, acquiredAt, id, resource, holder } of leases) {
      const isOwn = task === turn.task && attempt === turn.attempt && name === turn.turn;
      if (!isOwn || releasedAt !== null) continue;
      const of = { ...attemptOf(turn), resource, holder };
      if (acquiredAt === null) recorder.emit({ type: 'resource.timed_out', ...of, id });
      else recorder.emit({ type: 'resource.released', ...of, reclaimed: true });
    }
  }
}

function attemptOf({ task, attempt, turn }: TurnState): { task: string; attempt: number; turn?: string } {
  return turn === null ? { task, attempt } : { task, attempt, turn };
}
