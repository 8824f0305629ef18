import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { writeFailure } from '../base/system-error.ts';
import { isRunLocked } from '../engine/locks/run-locks.ts';
import { isBatchFolder, loadBatch, markDeleted, rowAt, rowFolders, rowsLeft } from './group/batch-folder.ts';

export type DeleteResult = { ok: true } | { ok: false; message: string };

/**
 * Deletes a run. Refused while it is in progress. If the run is a row, first records the deletion in the batch, so that
 * the batch neither counts as interrupted nor runs the row again. Deleting the last row deletes the batch.
 */
export async function deleteRun(dir: string): Promise<DeleteResult> {
  if (await isRunLocked(dir)) return inProgress(dir);
  const of = rowAt(dir);
  const batchDir = of && (await isBatchFolder(of.batchDir)) ? of.batchDir : null;
  try {
    if (of && batchDir !== null) await markDeleted(batchDir, of.row);
  } catch (error) {
    const reason = writeFailure(error);
    return { ok: false, message: `The batch in ${batchDir} could not record the deletion of its row: ${reason}` };
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

function inProgress(dir: string): DeleteResult {
  return { ok: false, message: `${basename(dir)} is in progress. Stop it first.` };
}

/**
 * Deletes a batch: its folder and the run folders of its rows next to it. Refused while the batch or a row is in
 * progress.
 */
export async function deleteBatch(dir: string): Promise<DeleteResult> {
  const rows = await rowFolders(dir);
  for (const folder of [dir, ...rows]) {
    if (await isRunLocked(folder)) return inProgress(folder);
  }
  // The batch folder is deleted first. Rows left over after a power failure are still listed and can be deleted again.
  for (const folder of [dir, ...rows]) await rm(folder, { recursive: true, force: true });
  return { ok: true };
}
