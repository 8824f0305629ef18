import { isBatchFolder, loadBatch } from '../app/launch/group/batch-folder.ts';
import { completedTasks, type Journal, journalOf } from './journal-checks.ts';
import { runFolders } from './moments.ts';

/** An end that was acknowledged to a person: of a task of the run (`t1`), or a row of the batch (`row 1`). */
export type Acknowledged = string;

/** The content of a round's data folder: a run, or a batch with one run per row. */
export interface StoredRuns {
  /** The folder to resume; null if there is nothing to resume and the round must start again. */
  dir: string | null;
  /** The runs whose start was journaled, by name. Rows of a batch that have not started have none. */
  runs: Journal[];
}

export async function storedRunsIn(home: string, rows: number | null): Promise<StoredRuns> {
  const kept: StoredRuns = { dir: null, runs: [] };
  for (const dir of await runFolders(home)) {
    if (await isBatchFolder(dir)) {
      if ((await loadBatch(dir)).ok) kept.dir = dir;
      continue;
    }
    const journal = await journalOf(dir);
    // An incomplete folder of a killed process is not a run. Lost data is detected elsewhere.
    if (typeof journal !== 'string' && journal.events.length > 0) kept.runs.push(journal);
  }
  if (rows === null) kept.dir = kept.runs[0]?.dir ?? null;
  return kept;
}

export function hasFinished({ runs }: StoredRuns, rows: number | null): boolean {
  return runs.length === (rows ?? 1) && runs.every(({ events }) => events.at(-1)?.type === 'run.finished');
}

/** Whether it was interrupted because its slot processes kept exiting right after their start. */
export function waitsForSlots({ runs }: StoredRuns): boolean {
  return runs.some(({ events }) => {
    const last = events.at(-1);
    return last?.type === 'run.interrupted' && last.reason === 'slots';
  });
}

/** Returns the name of a run in acknowledgments; null if it is not a row. */
export function rowName({ dir }: Journal): Acknowledged | null {
  const row = /-row-0*(\d+)$/.exec(dir)?.[1];
  return row === undefined ? null : `row ${row}`;
}

/** Returns the acknowledged ends that are in no journal. */
export function lost({ runs }: StoredRuns, acknowledged: ReadonlySet<Acknowledged>): Acknowledged[] {
  const known = new Set(
    runs.flatMap((run) => {
      const row = rowName(run);
      if (row === null) return completedTasks(run.events);
      return run.events.at(-1)?.type === 'run.finished' ? [row] : [];
    }),
  );
  return [...acknowledged].filter((each) => !known.has(each));
}
