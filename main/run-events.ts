import { readJournal } from '../app/engine/journal/read-journal.ts';
import { loadRunCrew } from '../app/launch/run-crew.ts';
import type { Crew } from '../shared/crew/schema.ts';
import type { RunEvent } from '../shared/run/events.ts';

const PAGE = 4000;

interface OpenJournal {
  dir: string;
  crew: Crew;
  events: RunEvent[];
  /** The length of the journal's lines that have been read. */
  bytes: number;
}

/** Only the first page includes `crew`. */
export interface EventPage {
  crew: Crew | null;
  events: RunEvent[];
}

/**
 * Reads the events of a run from its journal, page by page, for a window that opens the run. The last run stays in
 * memory, so that its crew and events are read once; for a run in progress, only new lines are read.
 */
export class RunEvents {
  #last: OpenJournal | null = null;

  /**
   * Returns the events after number `after`; empty if there are no more. Later events of a live run are pushed as
   * updates.
   */
  async after(dir: string, after: number): Promise<EventPage> {
    const last = this.#last;
    // The first page reads the run again: another run may have been copied to the same folder.
    const read = last?.dir === dir && after > 0 ? last : await openRun(dir);
    this.#last = read;
    if (read.events.length <= after) await readNewEvents(read);
    return { crew: after === 0 ? read.crew : null, events: read.events.slice(after, after + PAGE) };
  }
}

async function openRun(dir: string): Promise<OpenJournal> {
  const loaded = await loadRunCrew(dir);
  if (!loaded.ok)
    throw new Error(`The run in ${dir} cannot be opened: ${loaded.problems[0]?.message ?? 'its crew is missing'}`);
  return { dir, crew: loaded.crew, events: [], bytes: 0 };
}

async function readNewEvents(read: OpenJournal): Promise<void> {
  const { dir, events, bytes } = read;
  const from = { events: events.length, bytes, t: events.at(-1)?.t ?? 0 };
  const journal = await readJournal(dir, (event) => events.push(event), from);
  if (!journal.ok) throw new Error(journal.message);
  read.bytes = journal.bytes;
}
