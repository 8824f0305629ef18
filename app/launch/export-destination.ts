import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PRIVATE_FOLDER } from '../base/file-mode.ts';
import { partName } from '../base/folder-handle.ts';
import { makeFolders } from '../base/make-folders.ts';
import { isSystemError } from '../base/system-error.ts';
import { checkExportTarget } from './export-target.ts';

/** Exactly this folder, or a new one below it that is named after the crew and the date. */
export type ExportDestination = { exact: string } | { below: string };

export type ExportResult = { ok: true; folder: string } | { ok: false; message: string };

/**
 * Puts a folder of reports into its place, for the owner only. The reports are written into a hidden folder next to it
 * (`fill`) and moved there whole; an earlier export under that name is put aside first, and then removed.
 * @param name the folder's name, where the place is below another @param kept where what they are made from is
 */
export async function placeExport(
  place: ExportDestination,
  name: string,
  kept: string,
  fill: (folder: string) => Promise<void>,
): Promise<ExportResult> {
  const refusal = 'exact' in place ? await checkExportTarget(place.exact) : null;
  if (refusal !== null) return { ok: false, message: refusal };
  try {
    const folder =
      'exact' in place ? await putExactly(place.exact, fill) : await putBelow(join(resolve(place.below), name), fill);
    return { ok: true, folder };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const where = 'exact' in place ? place.exact : place.below;
    return {
      ok: false,
      message: `The reports could not be written into ${where}: ${error.message}. The run is kept in ${kept}.`,
    };
  }
}

async function putExactly(exact: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const target = resolve(exact);
  const unfinished = await fillBeside(target, fill);
  const old = join(dirname(target), partName());
  const isThere = await exists(target);
  try {
    if (isThere) await rename(target, old);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (isThere && !(await exists(target))) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
  return target;
}

async function putBelow(first: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const unfinished = await fillBeside(first, fill);
  for (let number = 1; ; number += 1) {
    const target = number === 1 ? first : `${first}_${number}`;
    if (await exists(target)) continue;
    await rename(unfinished, target);
    return target;
  }
}

/**
 * Fills a hidden folder next to the target. Its name is random, so that nobody can put a link there first.
 * @returns the hidden folder, in which everything is safely on disk
 */
async function fillBeside(target: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const unfinished = join(dirname(target), partName());
  await makeFolders(dirname(target), 'private');
  await mkdir(unfinished, { mode: PRIVATE_FOLDER });
  try {
    await fill(unfinished);
    return unfinished;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** Whether a name is taken, be it by a link that leads to nothing. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
