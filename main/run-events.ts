import { join } from 'node:path';
import { readJournal } from '../app/engine/read-journal.ts';
import { PROJECT_FILE } from '../app/engine/storage.ts';
import { loadProject } from '../app/project/load.ts';
import type { Project } from '../shared/project/schema.ts';
import type { RunEvent } from '../shared/run/events.ts';

const PAGE = 4000;

interface Read {
  dir: string;
  project: Project;
  events: RunEvent[];
}

/**
 * Events of a run for a window that opens it, page after page out of its journal. The run that was read last stays in
 * memory, so that its pages are read once.
 */
export class RunEvents {
  #last: Read | null = null;

  /** The events after number `after`; empty when there are no more. A live run's later ones come as batches. */
  async after(dir: string, after: number): Promise<{ project: Project; events: RunEvent[] }> {
    const last = this.#last;
    const read = last?.dir === dir && after > 0 && last.events.length > after ? last : await readRun(dir);
    this.#last = read;
    return { project: read.project, events: read.events.slice(after, after + PAGE) };
  }
}

async function readRun(dir: string): Promise<Read> {
  const loaded = await loadProject(join(dir, PROJECT_FILE));
  if (!loaded.ok)
    throw new Error(`The run in ${dir} cannot be opened: ${loaded.problems[0]?.message ?? 'its project is missing'}`);
  const events: RunEvent[] = [];
  const journal = await readJournal(dir, (event) => events.push(event));
  if (!journal.ok) throw new Error(journal.message);
  return { dir, project: loaded.project, events };
}
