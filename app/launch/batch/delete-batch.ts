import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isCarried } from '../carried.ts';

export type Deleted = { ok: true } | { ok: false; message: string };

/** Removes a batch for good: its folder, and the runs of its rows beside it. Refused while any of it goes on. */
export async function deleteBatch(dir: string): Promise<Deleted> {
  const rows = await rowFolders(dir);
  for (const folder of [dir, ...rows]) {
    if (await isCarried(folder)) return { ok: false, message: `${basename(folder)} is going on. Stop it first.` };
  }
  // The batch's own goes first: what is left of rows after a power cut is still listed, and can be deleted again.
  for (const folder of [dir, ...rows]) await rm(folder, { recursive: true, force: true });
  return { ok: true };
}

/** Rows are found by their names, so that a batch whose record cannot be read is deleted whole too. */
async function rowFolders(dir: string): Promise<string[]> {
  const prefix = `${basename(dir)}-row-`;
  const isRow = (name: string) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length));
  const names = await readdir(dirname(dir));
  return names.filter(isRow).map((name) => join(dirname(dir), name));
}
