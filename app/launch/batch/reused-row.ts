import { join } from 'node:path';
import type { Crew } from '../../../shared/project/schema.ts';
import { unfinishedTasks } from '../../../shared/run/rerun.ts';
import type { ReusedTasks } from '../../engine/reused-tasks.ts';
import { keptTasks } from '../kept-tasks.ts';
import { loadRun } from '../load-run.ts';
import { type BatchRecord, rowRun } from './batch-folder.ts';

/**
 * The tasks that a row of a batch reuses from the same row of the batch that it reruns: all but the tasks without a
 * result, the degraded ones, and everything downstream of those. Null: nothing can be reused, so that the row runs
 * completely. This is so if the batch reruns none, and if the earlier run never began, was deleted or cannot be read.
 * @param runs the folder of the rows' runs
 * @param row the number of the row, from 1
 */
export async function reusedByRow(
  runs: string,
  { rerun_of, rows }: BatchRecord,
  row: number,
  project: Crew,
): Promise<ReusedTasks | null> {
  if (rerun_of === undefined) return null;
  const loaded = await loadRun(join(runs, rowRun({ batch: rerun_of, rows }, row)));
  if (!loaded.ok) return null;
  const { run } = loaded;
  const again = unfinishedTasks(project, run.state);
  const kept = new Set(project.tasks.map(({ name }) => name).filter((name) => !again.has(name)));
  return { run: run.started.run, tasks: keptTasks(run, project, kept, new Map()) };
}
