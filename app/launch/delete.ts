import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf } from '../base/system-error.ts';
import { isRunLocked } from '../engine/locks/run-locks.ts';
import { isBatchFolder, loadBatch, markDeleted, rowAt, rowsLeft } from './batch/batch-folder.ts';

export type Deleted = { ok: true } | { ok: false; message: string };

/**
 * Removes a run for good. Refused while it goes on. A row's batch is told first, so that it neither looks cut off for want
 * of the row nor runs it once more; with its last row the batch goes too.
 */
export async function deleteRun(dir: string): Promise<Deleted> {
  if (await isRunLocked(dir)) return goesOn(dir);
  const of = rowAt(dir);
  const batchDir = of && (await isBatchFolder(of.batchDir)) ? of.batchDir : null;
  try {
    if (of && batchDir !== null) await markDeleted(batchDir, of.row);
  } catch (error) {
    const reason = messageOf(error);
    return { ok: false, message: `The batch in ${batchDir} cannot be told that its row is deleted: ${reason}` };
  }
  await rm(dir, { recursive: true, force: true });
  if (batchDir !== null && !(await isRunLocked(batchDir)) && (await isEmptied(batchDir)))
    await rm(batchDir, { recursive: true, force: true });
  return { ok: true };
}

async function isEmptied(batchDir: string): Promise<boolean> {
  const loaded = await loadBatch(batchDir);
  return loaded.ok && (await rowsLeft(batchDir, loaded.record)).length === 0;
}

function goesOn(dir: string): Deleted {
  return { ok: false, message: `${basename(dir)} is in progress. Stop it first.` };
}

/** Removes a batch for good: its folder, and the runs of its rows beside it. Refused while any of it goes on. */
export async function deleteBatch(dir: string): Promise<Deleted> {
  const rows = await rowFolders(dir);
  for (const folder of [dir, ...rows]) {
    if (await isRunLocked(folder)) return goesOn(folder);
  }
  // The batch's own goes first: what is left of rows after a power cut is still listed, and can be deleted again.
  for (const folder of [dir, ...rows]) await rm(folder, { recursive: true, force: true });
  return { ok: true };
}

/** Rows are found by their names, so that a batch whose record cannot be read is deleted whole too. */
async function rowFolders(dir: string): Promise<string[]> {
  const names = await readdir(dirname(dir));
  return names.map((name) => join(dirname(dir), name)).filter((folder) => rowAt(folder)?.batchDir === dir);
}
