import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunLocked } from '../engine/locks/run-locks.ts';
import type { DataFolders } from './data-folder.ts';
import { deletedRows } from './group/batch-folder.ts';
import { overviewOf, type RunOverview } from './run-overview.ts';

export interface ListedRun extends RunOverview {
  id: string;
  dir: string;
  /** Whether a living process owns the run. */
  live: boolean;
  /** Number of rows of the run's batch that a person deleted; 0 for a single run. */
  deletedRows: number;
}

/** Lists the runs that can be read, the latest first. Cheap for runs that have not changed since the last listing. */
export async function listRuns(folders: Pick<DataFolders, 'runs'>): Promise<ListedRun[]> {
  const names = await readdir(folders.runs).catch(() => []);
  const runs: ListedRun[] = [];
  const deleted = new Map<string, number>();
  const deletedOf = async (batch: string) => {
    const known = deleted.get(batch) ?? (await deletedRows(join(folders.runs, batch))).size;
    deleted.set(batch, known);
    return known;
  };
  for (const id of names.sort().reverse()) {
    const dir = join(folders.runs, id);
    const live = await isRunLocked(dir);
    const overview = await overviewOf(dir, live);
    if (overview === null) continue;
    const { batch } = overview;
    runs.push({ id, dir, live, deletedRows: batch ? await deletedOf(batch.batch) : 0, ...overview });
  }
  return runs;
}
