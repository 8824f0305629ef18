import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PRIVATE_FOLDER } from '../base/file-mode.ts';
import { partName } from '../base/folder-handle.ts';
import { makeFolders } from '../base/make-folders.ts';
import { isSystemError, writeFailure } from '../base/system-error.ts';
import { checkExportTarget } from './export-target.ts';

/** Where reports are written: exactly this folder, or a new folder below it named after the crew and the date. */
export type ExportDestination = { exact: string } | { below: string };

export type ExportResult = { ok: true; folder: string } | { ok: false; message: string };

/**
 * Creates a folder of reports, accessible only to the owner. `fill` writes the reports to a hidden folder next to the
 * destination, which is then renamed. An earlier export under that name is replaced.
 * @param name the folder name for a `below` destination @param source the run or batch folder, for messages
 */
export async function placeExport(
  destination: ExportDestination,
  name: string,
  source: string,
  fill: (folder: string) => Promise<void>,
): Promise<ExportResult> {
  const refusal = 'exact' in destination ? await checkExportTarget(destination.exact) : null;
  if (refusal !== null) return { ok: false, message: refusal };
  try {
    const folder =
      'exact' in destination
        ? await putExactly(destination.exact, fill)
        : await putBelow(join(resolve(destination.below), name), fill);
    return { ok: true, folder };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const where = 'exact' in destination ? destination.exact : destination.below;
    return {
      ok: false,
      message: `The reports could not be written into ${where}: ${writeFailure(error)}. The run is stored in ${source}.`,
    };
  }
}

async function putExactly(exact: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const target = resolve(exact);
  const unfinished = await fillHiddenFolder(target, fill);
  const old = join(dirname(target), partName());
  const targetExists = await exists(target);
  try {
    if (targetExists) await rename(target, old);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (targetExists && !(await exists(target))) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
  return target;
}

async function putBelow(first: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const unfinished = await fillHiddenFolder(first, fill);
  for (let number = 1; ; number += 1) {
    const target = number === 1 ? first : `${first}_${number}`;
    if (await exists(target)) continue;
    await rename(unfinished, target);
    return target;
  }
}

/**
 * Fills a hidden folder next to the target. Its name is random, so that nobody can put a link there first.
 * @returns the hidden folder, with its content flushed to disk
 */
async function fillHiddenFolder(target: string, fill: (folder: string) => Promise<void>): Promise<string> {
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

/** Whether a path exists, even as a dangling link. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
