import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { MAX_JSON_BYTES } from '../../../shared/parse-json.ts';
import type { Crew } from '../../../shared/project/schema.ts';
import { PRIVATE_FOLDER } from '../../base/file-mode.ts';
import { createFile, replaceFile } from '../../base/folder-handle.ts';
import { readJsonFile } from '../../base/json-file.ts';
import { makePrivateFolder } from '../../base/private-folder.ts';
import { PROJECT_FILE } from '../../engine/journal/storage.ts';
import { loadProject } from '../../project/load.ts';

/**
 * What a batch is: written once, before its first row starts. What became of it stands in the rows' runs alone, whose
 * names follow from the batch's.
 */
const batchSchema = z.object({
  format: z.literal('crewlane-batch/1'),
  batch: z.string(),
  crew: z.string(),
  /** The file it was run from; null for a crew that was never saved. */
  file: z.string().nullable(),
  wall_ms: z.int(),
  time_zone: z.string(),
  utc_offset_min: z.int(),
  slots: z.int().positive(),
  /** What a person chose over the file. */
  provider: z.string().nullable(),
  base_url: z.string().nullable(),
  model: z.string().nullable(),
  budget_usd: z.number().nullable(),
  typed_base_url: z.boolean(),
  approve_all: z.boolean(),
  seed: z.int().nonnegative(),
  /** The real path of the folder below which row n has `rows/n`. */
  workspace: z.string(),
  /** The batch beside this one whose results this batch reuses, row by row; absent: it reuses none. */
  rerun_of: z
    .string()
    .regex(/^[\w-]+$/)
    .optional(),
  /** Each row's values for `{placeholders}`, over the file's own. */
  rows: z.array(z.record(z.string(), z.string())).min(1),
});
export type BatchRecord = z.infer<typeof batchSchema>;

export const BATCH_FILE = 'batch.json';
/** The rows of a CSV of 32 MiB are several times as large here: each repeats the names of its values. */
const MAX_BATCH_BYTES = 16 * MAX_JSON_BYTES;
/** An empty file for each row that a person deleted, named by its number: their runs alone cannot tell, being gone. */
const DELETED_FOLDER = 'deleted_rows';

export type BatchLoad = { ok: true; record: BatchRecord; project: Crew } | { ok: false; message: string };

/** The name of a row's run: names sort as the rows do. `row` counts from 1. */
export function rowRun({ batch, rows }: Pick<BatchRecord, 'batch' | 'rows'>, row: number): string {
  return `${batch}-row-${String(row).padStart(String(rows.length).length, '0')}`;
}

/** Of the folder of a row's run, which batch it belongs to and which row it is; null for any other. */
export function rowAt(dir: string): { batchDir: string; row: number } | null {
  const [, batchDir, row] = /^(.+)-row-(\d+)$/.exec(dir) ?? [];
  return batchDir === undefined ? null : { batchDir, row: Number(row) };
}

/** Makes known, safely on disk, that a row is missing because a person deleted it. */
export async function markDeleted(batchDir: string, row: number): Promise<void> {
  await makePrivateFolder(join(batchDir, DELETED_FOLDER));
  await replaceFile(join(batchDir, DELETED_FOLDER, String(row)), '');
}

/** The numbers of the rows that a person deleted. */
export async function deletedRows(batchDir: string): Promise<ReadonlySet<number>> {
  const names = await readdir(join(batchDir, DELETED_FOLDER)).catch(() => []);
  return new Set(names.map(Number));
}

export interface Row {
  /** From 1. */
  row: number;
  inputs: BatchRecord['rows'][number];
}

/** The rows of a batch less those that a person deleted. */
export async function rowsLeft(batchDir: string, { rows }: BatchRecord): Promise<Row[]> {
  const deleted = await deletedRows(batchDir);
  return rows.map((inputs, at) => ({ row: at + 1, inputs })).filter(({ row }) => !deleted.has(row));
}

/**
 * Makes a batch's folder, with everything in it safely on disk.
 * @param deleted numbers of rows that the batch leaves out, as if a person had deleted them
 */
export async function makeBatchFolder(
  dir: string,
  record: BatchRecord,
  projectText: string,
  deleted: Iterable<number>,
): Promise<void> {
  await mkdir(dir, { mode: PRIVATE_FOLDER });
  try {
    await createFile(join(dir, PROJECT_FILE), projectText);
    for (const row of deleted) await markDeleted(dir, row);
    await createFile(join(dir, BATCH_FILE), `${JSON.stringify(record, null, 2)}\n`);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

/** Whether a folder is that of a batch, and not of one run. */
export async function isBatchFolder(dir: string): Promise<boolean> {
  return stat(join(dir, BATCH_FILE)).then(
    (facts) => facts.isFile(),
    () => false,
  );
}

export async function loadBatch(dir: string): Promise<BatchLoad> {
  const loaded = await loadProject(join(dir, PROJECT_FILE));
  if (!loaded.ok)
    return { ok: false, message: `${dir} is no folder of a batch: ${loaded.problems[0]?.message ?? 'it is no crew'}` };
  const read = await readJsonFile(join(dir, BATCH_FILE), MAX_BATCH_BYTES);
  const refused = (reason: string): BatchLoad => ({
    ok: false,
    message: `The batch in ${dir} cannot be read: ${reason}`,
  });
  if (!read.ok) return refused(read.reason);
  const parsed = batchSchema.safeParse(read.value);
  if (!parsed.success) return refused(z.prettifyError(parsed.error));
  return { ok: true, record: parsed.data, project: loaded.project };
}
