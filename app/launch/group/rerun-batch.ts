import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Crew } from '../../../shared/crew/schema.ts';
import { unfinishedTasks } from '../../../shared/run/rerun.ts';
import { isRunLocked } from '../../engine/locks/run-locks.ts';
import { loadRunState } from '../load-run.ts';
import { failure } from '../prepare-launch.ts';
import { deletedRows, type GroupRecord, rowRun, rowsLeft } from './batch-folder.ts';
import { newGroupStart } from './launch-group.ts';
import { type ReopenInput, reopenGroup } from './reopen-group.ts';
import { type GroupLaunch, startGroup } from './start-group.ts';

/**
 * Starts a new batch that repeats what failed or is degraded in the rows of an earlier batch and reuses all other
 * results. The new batch is complete: it also contains rows in which nothing failed, with every result reused. It
 * has the crew, the models, the workspace and the row numbers of the earlier batch, and is stored next to it.
 */
export async function rerunBatch(input: ReopenInput, startedAtMonotonicMs: number): Promise<GroupLaunch> {
  const { dir } = input;
  const reopened = await reopenGroup(input);
  if (!reopened.ok) return reopened;
  const { record: earlier, prepared } = reopened.start;
  const busy = await runningIn(dir, earlier);
  if (busy !== null) return failure('run_locked', `${busy} is in progress. Wait for it to finish, or stop it.`);
  const counted = await countRowsToRerun(dir, earlier, prepared.parts.crew);
  if (counted.again === 0)
    return failure('nothing_to_run', `Nothing to rerun: every row of batch ${earlier.id} completed.`);
  const record: GroupRecord = {
    ...earlier,
    ...newGroupStart(startedAtMonotonicMs),
    slots: prepared.settings.slots,
    approve_all: input.reviewer === 'approve_all',
    rerun_of: earlier.id,
  };
  const launched = await startGroup({
    ...reopened.start,
    dir: join(dirname(dir), record.id),
    record,
    startedAtMonotonicMs,
    isNew: true,
    deleted: await deletedRows(dir),
  });
  return launched.ok ? { ...launched, notes: [...counted.notes, ...launched.notes] } : launched;
}

/** The label of the batch or row that is running; null if none is. */
async function runningIn(dir: string, record: GroupRecord): Promise<string | null> {
  if (await isRunLocked(dir)) return `Batch ${record.id}`;
  for (const { row } of await rowsLeft(dir, record)) {
    const run = rowRun(record, row);
    if (await isRunLocked(join(dirname(dir), run))) return `Run ${run}`;
  }
  return null;
}

/** Counts the rows that run again, and names those whose results cannot be reused because they cannot be read. */
async function countRowsToRerun(
  dir: string,
  record: GroupRecord,
  crew: Crew,
): Promise<{ again: number; notes: string[] }> {
  const rows = await rowsLeft(dir, record);
  const notes: string[] = [];
  let again = 0;
  for (const { row } of rows) {
    const run = join(dirname(dir), rowRun(record, row));
    const loaded = await loadRunState(run);
    if (!loaded.ok && (await stat(run).catch(() => null)))
      notes.push(`Row ${row} runs completely, because its earlier run cannot be read: ${loaded.message}`);
    if (!loaded.ok || unfinishedTasks(crew, loaded.run.state).size > 0) again += 1;
  }
  return { again, notes: [`Rerunning ${again} of ${rows.length} rows, reusing ${rows.length - again}.`, ...notes] };
}
