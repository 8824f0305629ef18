import { join, resolve } from 'node:path';
import { createFile } from '../base/folder-handle.ts';
import { openRegularFile } from '../base/read-text-file.ts';
import { JOURNAL_FILE } from '../engine/journal/storage.ts';
import { exportFiles, exportFolderName } from '../reports/export.ts';
import { type ExportDestination, type ExportResult, placeExport } from './export-destination.ts';
import { type LoadedRun, loadRun } from './load-run.ts';

/** Writes the reports of a run from its folder: either all of them or none. */
export async function exportRun(dir: string, place: ExportDestination): Promise<ExportResult> {
  const loaded = await loadRun(resolve(dir));
  if (!loaded.ok) return loaded;
  const { run } = loaded;
  return placeExport(place, exportFolderName(run.crew, run.state), dir, (folder) => writeReports(run, folder));
}

/** Writes every report of a run into an empty folder. */
export async function writeReports(run: LoadedRun, folder: string): Promise<void> {
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
