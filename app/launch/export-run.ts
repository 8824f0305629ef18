import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { JOURNAL_FILE } from '../engine/storage.ts';
import { makeFolders } from '../project/make-folders.ts';
import { exportFiles, exportFolderName } from '../reports/export.ts';
import { checkExportTarget } from './export-target.ts';
import { type LoadedRun, loadRun } from './load-run.ts';

/** Exactly this folder, or a new one below it that is named after the crew and the date. */
export type ExportPlace = { exact: string } | { below: string };

export type ExportResult = { ok: true; folder: string } | { ok: false; message: string };

/**
 * Writes the reports of a run, made from its folder alone. They are written into a hidden folder beside their place and
 * moved there whole; what an earlier export left there is put aside first.
 */
export async function exportRun(dir: string, place: ExportPlace): Promise<ExportResult> {
  const loaded = await loadRun(resolve(dir));
  if (!loaded.ok) return loaded;
  const refusal = 'exact' in place ? await checkExportTarget(place.exact) : null;
  if (refusal !== null) return { ok: false, message: refusal };
  try {
    const folder =
      'exact' in place ? await exportInto(loaded.run, place.exact) : await exportBelow(loaded.run, place.below);
    return { ok: true, folder };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const where = 'exact' in place ? place.exact : place.below;
    return {
      ok: false,
      message: `The reports could not be written into ${where}: ${error.message}. The run is kept in ${dir}.`,
    };
  }
}

async function exportInto(run: LoadedRun, exact: string): Promise<string> {
  const target = await realpath(exact).catch(() => resolve(exact));
  const unfinished = await writeBeside(run, target);
  const old = join(dirname(target), `.${basename(target)}.${process.pid}.old`);
  const isThere = (await stat(target).catch(() => null)) !== null;
  try {
    if (isThere) await rename(target, old);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (isThere && !(await stat(target).catch(() => null))) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
  return target;
}

async function exportBelow(run: LoadedRun, below: string): Promise<string> {
  const name = exportFolderName(run.project, run.state);
  const first = join(resolve(below), name);
  const unfinished = await writeBeside(run, first);
  for (let number = 1; ; number += 1) {
    const target = number === 1 ? first : `${first}_${number}`;
    if (await stat(target).catch(() => null)) continue;
    await rename(unfinished, target);
    return target;
  }
}

/** @returns the hidden folder, in which everything is safely on disk */
async function writeBeside(run: LoadedRun, target: string): Promise<string> {
  const unfinished = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
  try {
    await rm(unfinished, { recursive: true, force: true });
    await makeFolders(unfinished);
    const files = exportFiles({ project: run.project, state: run.state, texts: run.texts });
    for (const [name, content] of files) await writeFlushed(join(unfinished, name), content);
    await writeFlushed(join(unfinished, JOURNAL_FILE), await wholeJournal(run));
    return unfinished;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function wholeJournal({ dir, journalBytes }: LoadedRun): Promise<Uint8Array> {
  const file = await open(join(dir, JOURNAL_FILE), 'r');
  try {
    return (await file.readFile()).subarray(0, journalBytes);
  } finally {
    await file.close();
  }
}

async function writeFlushed(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
