import { isBatchFolder, loadBatch } from '../app/launch/batch/batch-folder.ts';
import { completedTasks, type Journal, journalOf } from './journal-checks.ts';
import { runFolders } from './moments.ts';

/** What a person was told is over: a task of the run (`t1`), or a row of the batch (`row 1`). */
export type Told = string;

/** What one round has in its data folder: a run, or a batch with a run for each row. */
export interface Kept {
  /** What to resume; null: nothing that could be, so that it is started anew. */
  dir: string | null;
  /** The runs whose start is saved, by name; rows of a batch that have not begun have none. */
  runs: Journal[];
}

export async function keptIn(home: string, rows: number | null): Promise<Kept> {
  const kept: Kept = { dir: null, runs: [] };
  for (const dir of await runFolders(home)) {
    if (await isBatchFolder(dir)) {
      if ((await loadBatch(dir)).ok) kept.dir = dir;
      continue;
    }
    const journal = await journalOf(dir);
    // One whose folder was not yet complete when its process was killed is no run; what is lost with it shows elsewhere.
    if (typeof journal !== 'string' && journal.events.length > 0) kept.runs.push(journal);
  }
  if (rows === null) kept.dir = kept.runs[0]?.dir ?? null;
  return kept;
}

export function hasFinished({ runs }: Kept, rows: number | null): boolean {
  return runs.length === (rows ?? 1) && runs.every(({ events }) => events.at(-1)?.type === 'run.finished');
}

/** It was interrupted since its slots ended as soon as they had started. */
export function waitsForSlots({ runs }: Kept): boolean {
  return runs.some(({ events }) => {
    const last = events.at(-1);
    return last?.type === 'run.interrupted' && last.reason === 'slots';
  });
}

/** The name of a run among what is told; null for one that is no row. */
export function rowName({ dir }: Journal): Told | null {
  const row = /-row-0*(\d+)$/.exec(dir)?.[1];
  return row === undefined ? null : `row ${row}`;
}

/** Of what a person was told, what no journal knows any more. */
export function lost({ runs }: Kept, told: ReadonlySet<Told>): Told[] {
  const known = new Set(
    runs.flatMap((run) => {
      const row = rowName(run);
      if (row === null) return completedTasks(run.events);
      return run.events.at(-1)?.type === 'run.finished' ? [row] : [];
    }),
  );
  return [...told].filter((each) => !known.has(each));
}
