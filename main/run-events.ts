import { join } from 'node:path';
import { readJournal } from '../app/engine/journal/read-journal.ts';
import { PROJECT_FILE } from '../app/engine/journal/storage.ts';
import { loadProject } from '../app/project/load.ts';
import type { Crew } from '../shared/project/schema.ts';
import type { RunEvent } from '../shared/run/events.ts';

const PAGE = 4000;

interface Read {
  dir: string;
  project: Crew;
  events: RunEvent[];
  /** Length of the journal's lines that have been read. */
  bytes: number;
}

/** `project` comes with the first page alone. */
export interface EventPage {
  project: Crew | null;
  events: RunEvent[];
}

/**
 * Events of a run for a window that opens it, page after page out of its journal. The run that was read last stays in
 * memory, so that its crew and its events are read once: of one that goes on only what has been written since.
 */
export class RunEvents {
  #last: Read | null = null;

  /** The events after number `after`; empty when there are no more. A live run's later ones come as batches. */
  async after(dir: string, after: number): Promise<EventPage> {
    const last = this.#last;
    // From its beginning a run is read anew: one of the same name may have been copied into its place.
    const read = last?.dir === dir && after > 0 ? last : await openRun(dir);
    this.#last = read;
    if (read.events.length <= after) await readOn(read);
    return { project: after === 0 ? read.project : null, events: read.events.slice(after, after + PAGE) };
  }
}

async function openRun(dir: string): Promise<Read> {
  const loaded = await loadProject(join(dir, PROJECT_FILE));
  if (!loaded.ok)
    throw new Error(`The run in ${dir} cannot be opened: ${loaded.problems[0]?.message ?? 'its project is missing'}`);
  return { dir, project: loaded.project, events: [], bytes: 0 };
}

async function readOn(read: Read): Promise<void> {
  const { dir, events, bytes } = read;
  const from = { events: events.length, bytes, t: events.at(-1)?.t ?? 0 };
  const journal = await readJournal(dir, (event) => events.push(event), from);
  if (!journal.ok) throw new Error(journal.message);
  read.bytes = journal.bytes;
}
