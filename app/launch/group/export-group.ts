import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { formatDay } from '../../../shared/figures/format.ts';
import { printableJson } from '../../../shared/printable.ts';
import { PRIVATE_FOLDER } from '../../base/file-mode.ts';
import { createFile } from '../../base/folder-handle.ts';
import { openRegularFile } from '../../base/read-text-file.ts';
import { JOURNAL_FILE } from '../../engine/journal/storage.ts';
import { batchFigures } from '../../reports/batch/figures.ts';
import { batchRecord } from '../../reports/batch/record.ts';
import type { RowFigures } from '../../reports/batch/row.ts';
import { BATCH_SUMMARY_FILE, batchSummary } from '../../reports/batch/summary.ts';
import { exportFiles, exportFolderName } from '../../reports/export.ts';
import { shortName } from '../../reports/short-name.ts';
import { type ExportDestination, type ExportResult, placeExport } from '../export-destination.ts';
import { type LoadedRun, loadRun } from '../load-run.ts';
import { BATCH_FILE, type BatchLoad, isBatchFolder, loadBatch } from './batch-folder.ts';
import { readRows } from './read-rows.ts';

/** The reports of a run or batch: the name of their folder, and how it is filled. */
type Reports = { ok: true; name: string; fill: (folder: string) => Promise<void> } | { ok: false; message: string };

/**
 * Writes the reports of the run or batch in a folder: either all of them or none. A batch has a complete export for each
 * started row (`row_1`, …) and a summary of all rows.
 */
export async function exportGroup(given: string, destination: ExportDestination): Promise<ExportResult> {
  const dir = resolve(given);
  const reports = (await isBatchFolder(dir)) ? await reportsOfBatch(dir) : await reportsOfRun(dir);
  return reports.ok ? placeExport(destination, reports.name, dir, reports.fill) : reports;
}

async function reportsOfRun(dir: string): Promise<Reports> {
  const loaded = await loadRun(dir);
  if (!loaded.ok) return loaded;
  const { run } = loaded;
  return { ok: true, name: exportFolderName(run.crew, run.state), fill: (folder) => writeRun(run, folder) };
}

async function reportsOfBatch(dir: string): Promise<Reports> {
  const loaded = await loadBatch(dir);
  if (!loaded.ok) return loaded;
  const { record, crew } = loaded;
  const day = formatDay({ wallMs: record.wall_ms, utcOffsetMin: record.utc_offset_min });
  return { ok: true, name: `${shortName(crew)}_batch_${day}`, fill: (folder) => writeBatch(dir, loaded, folder) };
}

/** Writes every report of a run into an empty folder. */
async function writeRun(run: LoadedRun, folder: string): Promise<void> {
  const files = exportFiles({ crew: run.crew, state: run.state, texts: run.texts });
  await Promise.all([...files].map(([name, content]) => createFile(join(folder, name), content)));
  await createFile(join(folder, JOURNAL_FILE), await wholeJournal(run));
}

async function wholeJournal({ dir, journalBytes }: LoadedRun): Promise<Uint8Array> {
  const file = await openRegularFile(join(dir, JOURNAL_FILE));
  try {
    return (await file.readFile()).subarray(0, journalBytes);
  } finally {
    await file.close();
  }
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
    await writeRun(run, own);
  }
  const figures = batchFigures(rows, record.rows.length - rows.length);
  const moment = { wallMs: record.wall_ms, utcOffsetMin: record.utc_offset_min };
  const summary = batchSummary(crew, figures, moment, record.time_zone);
  await createFile(join(folder, BATCH_SUMMARY_FILE), summary);
  await createFile(join(folder, BATCH_FILE), `${printableJson(batchRecord(record.id, figures), 2)}\n`);
}
