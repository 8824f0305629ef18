import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { formatDay } from '../../../shared/figures/format.ts';
import { printableJson } from '../../../shared/printable.ts';
import { PRIVATE_FOLDER } from '../../base/file-mode.ts';
import { createFile } from '../../base/folder-handle.ts';
import { batchFigures } from '../../reports/batch/figures.ts';
import { batchRecord } from '../../reports/batch/record.ts';
import type { RowFigures } from '../../reports/batch/row.ts';
import { BATCH_SUMMARY_FILE, batchSummary } from '../../reports/batch/summary.ts';
import { shortName } from '../../reports/short-name.ts';
import { type ExportDestination, type ExportResult, placeExport } from '../export-destination.ts';
import { exportRun, writeReports } from '../export-run.ts';
import { BATCH_FILE, type BatchLoad, isBatchFolder, loadBatch } from './batch-folder.ts';
import { readRows } from './batch-rows.ts';

/**
 * Writes the reports of a batch from the folders of the batch and its rows: a complete export for each started row
 * (`row_1`, …) and a summary of all rows.
 */
async function exportBatch(given: string, place: ExportDestination): Promise<ExportResult> {
  const dir = resolve(given);
  const loaded = await loadBatch(dir);
  if (!loaded.ok) return loaded;
  const { record, crew } = loaded;
  const name = `${shortName(crew)}_batch_${formatDay({ wallMs: record.wall_ms, utcOffsetMin: record.utc_offset_min })}`;
  return placeExport(place, name, dir, (folder) => writeBatch(dir, loaded, folder));
}

async function writeBatch(
  dir: string,
  { record, crew }: Extract<BatchLoad, { ok: true }>,
  folder: string,
): Promise<void> {
  const rows: RowFigures[] = [];
  for await (const { figures, run } of readRows(dir, record, crew)) {
    rows.push(figures);
    if (!run) continue;
    const own = join(folder, `row_${figures.row}`);
    await mkdir(own, { mode: PRIVATE_FOLDER });
    await writeReports(run, own);
  }
  const figures = batchFigures(rows, record.rows.length - rows.length);
  const moment = { wallMs: record.wall_ms, utcOffsetMin: record.utc_offset_min };
  const summary = batchSummary(crew, figures, moment, record.time_zone);
  await createFile(join(folder, BATCH_SUMMARY_FILE), summary);
  await createFile(join(folder, BATCH_FILE), `${printableJson(batchRecord(record.batch, figures), 2)}\n`);
}

/** Writes the reports of the run or batch in a folder. */
export async function exportFolder(dir: string, place: ExportDestination): Promise<ExportResult> {
  return (await isBatchFolder(dir)) ? exportBatch(dir, place) : exportRun(dir, place);
}
