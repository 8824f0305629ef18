import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isCarried } from './carried.ts';
import type { DataFolders } from './data-folder.ts';
import { type LoadedRun, loadRunState } from './load-run.ts';

export interface ListedRun {
  id: string;
  /** A living process carries it. */
  live: boolean;
  run: LoadedRun;
}

/** The runs that can be read, the latest first, without the texts of their results. */
export async function listRuns(folders: DataFolders): Promise<ListedRun[]> {
  const names = await readdir(folders.runs).catch(() => []);
  const runs: ListedRun[] = [];
  for (const id of names.sort().reverse()) {
    const dir = join(folders.runs, id);
    const loaded = await loadRunState(dir);
    if (loaded.ok) runs.push({ id, live: await isCarried(dir), run: loaded.run });
  }
  return runs;
}
