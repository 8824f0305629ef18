import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deletedRows } from './batch/batch-folder.ts';
import { isCarried } from './carried.ts';
import type { DataFolders } from './data-folder.ts';
import { type LoadedRun, loadRunState } from './load-run.ts';

export interface ListedRun {
  id: string;
  /** A living process carries it. */
  live: boolean;
  /** How many rows of the batch that it belongs to a person deleted; 0 for a run of its own. */
  deletedRows: number;
  run: LoadedRun;
}

/** The runs that can be read, the latest first, without the texts of their results. */
export async function listRuns(folders: DataFolders): Promise<ListedRun[]> {
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
    const loaded = await loadRunState(dir);
    if (!loaded.ok) continue;
    const { batch } = loaded.run.started;
    runs.push({
      id,
      live: await isCarried(dir),
      deletedRows: batch ? await deletedOf(batch.batch) : 0,
      run: loaded.run,
    });
  }
  return runs;
}
