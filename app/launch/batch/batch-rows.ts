import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Crew } from '../../../shared/project/schema.ts';
import { newRun } from '../../../shared/run/fold.ts';
import { type RowFigures, rowFigures } from '../../reports/batch/row.ts';
import { type LoadedRun, loadRun } from '../load-run.ts';
import { type BatchRecord, rowRun, rowsLeft } from './batch-folder.ts';

/** A row as its run's folder tells of it; `run` is null where it has not begun. */
export interface ReadRow {
  figures: RowFigures;
  run: LoadedRun | null;
}

/**
 * Reads the rows of a batch one after the other, since all of them at once may be much: what is not kept of one is let
 * go before the next. Their runs stand beside the batch's folder. Rows that a person deleted are left out.
 */
export async function* readRows(dir: string, record: BatchRecord, project: Crew): AsyncGenerator<ReadRow> {
  for (const { row, inputs } of await rowsLeft(dir, record)) {
    const at = { row, inputs, batchWallMs: record.wall_ms };
    const run = await readRun(join(dirname(dir), rowRun(record, row)));
    yield { figures: rowFigures(run?.project ?? project, run?.state ?? newRun(project), at), run };
  }
}

/** A run whose folder was cut off before its first event has not begun. */
async function readRun(dir: string): Promise<LoadedRun | null> {
  if (!(await stat(dir).catch(() => null))) return null;
  const loaded = await loadRun(dir);
  return loaded.ok ? loaded.run : null;
}
