import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Crew } from '../../../shared/crew/schema.ts';
import { newRun } from '../../../shared/run/fold.ts';
import { type RowFigures, rowFigures } from '../../reports/batch/row.ts';
import { type LoadedRun, loadRun } from '../load-run.ts';
import { type GroupRecord, rowRun, rowsLeft } from './batch-folder.ts';

/** A row as read from its run folder. `run` is null if the row has not started. */
export interface ReadRow {
  figures: RowFigures;
  run: LoadedRun | null;
}

/**
 * Reads the rows of a batch one after the other, so that only one is in memory at a time. Their run folders are next to
 * the batch folder. Skips deleted rows.
 */
export async function* readRows(dir: string, record: GroupRecord, crew: Crew): AsyncGenerator<ReadRow> {
  for (const { row, inputs } of await rowsLeft(dir, record)) {
    const at = { row, inputs, batchWallMs: record.wall_ms };
    const run = await readRun(join(dirname(dir), rowRun(record, row)));
    yield { figures: rowFigures(run?.crew ?? crew, run?.state ?? newRun(crew), at), run };
  }
}

/** Returns null if the row has no readable run: a folder without a first event has not started. */
async function readRun(dir: string): Promise<LoadedRun | null> {
  if (!(await stat(dir).catch(() => null))) return null;
  const loaded = await loadRun(dir);
  return loaded.ok ? loaded.run : null;
}
