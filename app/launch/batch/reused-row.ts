import { join } from 'node:path';
import type { Crew } from '../../../shared/crew/schema.ts';
import { unfinishedTasks } from '../../../shared/run/rerun.ts';
import type { ReusedTasks } from '../../engine/reused-tasks.ts';
import { loadRun } from '../load-run.ts';
import { reusedTasks } from '../reused-tasks.ts';
import { type BatchRecord, rowRun } from './batch-folder.ts';

/**
 * Returns the tasks that a row reuses from the same row of the earlier batch: all except tasks without a result,
 * degraded tasks and their dependents. Returns null if nothing can be reused: the batch is not a rerun, or the earlier
 * row never started, was deleted or cannot be read. The row then runs completely.
 * @param runs the folder of the rows' runs
 * @param row the number of the row, from 1
 */
export async function reusedByRow(
  runs: string,
  { rerun_of, rows }: BatchRecord,
  row: number,
  crew: Crew,
): Promise<ReusedTasks | null> {
  if (rerun_of === undefined) return null;
  const loaded = await loadRun(join(runs, rowRun({ batch: rerun_of, rows }, row)));
  if (!loaded.ok) return null;
  const { run } = loaded;
  const again = unfinishedTasks(crew, run.state);
  const reused = new Set(crew.tasks.map(({ name }) => name).filter((name) => !again.has(name)));
  return { run: run.started.run, tasks: reusedTasks(run, crew, reused, new Map()) };
}
