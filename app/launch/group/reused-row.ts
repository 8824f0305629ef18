import { dirname, join } from 'node:path';
import type { ReusedTasks } from '../../../shared/control/reused-tasks.ts';
import { unfinishedTasks } from '../../../shared/run/rerun.ts';
import { loadRun } from '../load-run.ts';
import { reusedTasks } from '../reused-tasks.ts';
import { rowRun } from './batch-folder.ts';
import type { GroupStart } from './group-start.ts';

/**
 * Returns the tasks that a row reuses from the same row of the earlier batch: all except tasks without a result,
 * degraded tasks and their dependents. Returns undefined if nothing can be reused: the batch is not a rerun, or the
 * earlier row never started, was deleted or cannot be read. The row then runs completely.
 * @param row the number of the row, from 1
 */
export async function reusedByRow(
  { dir, record: { rerun_of: earlier, rows }, prepared }: Pick<GroupStart, 'dir' | 'record' | 'prepared'>,
  row: number,
): Promise<ReusedTasks | undefined> {
  if (earlier === undefined) return undefined;
  const { crew } = prepared.parts;
  const loaded = await loadRun(join(dirname(dir), rowRun({ id: earlier, rows }, row)));
  if (!loaded.ok) return undefined;
  const { run } = loaded;
  const again = unfinishedTasks(crew, run.state);
  const reused = new Set(crew.tasks.map(({ name }) => name).filter((name) => !again.has(name)));
  return reusedTasks(run, crew, { reused, stale: new Map(), keepsInstances: true, except: null });
}
