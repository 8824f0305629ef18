import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Crew } from '../../../shared/crew/schema.ts';
import { serializeCrew } from '../../../shared/crew/serialize.ts';
import { MAX_JSON_BYTES } from '../../../shared/parse-json.ts';
import { PRIVATE_FOLDER } from '../../base/file-mode.ts';
import { createFile, replaceFile } from '../../base/folder-handle.ts';
import { readJsonFile } from '../../base/json-file.ts';
import { type NamedFiles, storeNamedFiles } from '../../base/named-files.ts';
import { makePrivateFolder } from '../../base/private-folder.ts';
import { writeCrewCopies } from '../../engine/journal/crew-copies.ts';
import { CREW_FILE } from '../../engine/journal/storage.ts';
import { loadRunCrew } from '../run-crew.ts';
import type { GroupKind } from './group-handle.ts';

/** Rows are stored at this name next to the batch, so an ID is a name without a path. */
const batchId = z.string().regex(/^[\w-]+$/);

/**
 * The record of a batch, written once before its first row starts. Progress and results are stored only in the runs of
 * the rows, whose names derive from the name of the batch.
 */
const batchSchema = z.object({
  format: z.literal('crewlane-batch/1'),
  batch: batchId,
  crew: z.string(),
  /** The crew file that was run; null for a crew that was never saved. */
  file: z.string().nullable(),
  wall_ms: z.int(),
  time_zone: z.string(),
  utc_offset_min: z.int(),
  slots: z.int().positive(),
  /** Overrides of the crew file, chosen by a person. */
  provider: z.string().nullable(),
  base_url: z.string().nullable(),
  model: z.string().nullable(),
  budget_usd: z.number().nullable(),
  /** Absent in batches of earlier versions. */
  budget_tokens: z.number().nullable().default(null),
  typed_base_url: z.boolean(),
  approve_all: z.boolean(),
  seed: z.int().nonnegative(),
  /** Real path of the workspace folder. Row n works in its subfolder `rows/n`. */
  workspace: z.string(),
  /** The batch in the same folder whose results this batch reuses row by row; absent if it reuses none. */
  rerun_of: batchId.optional(),
  /** Values of each row for `{placeholders}`, which override those of the file. */
  rows: z.array(z.record(z.string(), z.json())).min(1),
});
type BatchFile = z.infer<typeof batchSchema>;

/** What a run or a batch was started with. That of a batch is stored in its folder, that of a run in its first event. */
export interface GroupRecord extends Omit<BatchFile, 'format' | 'batch'> {
  /** ID of the run or batch. */
  id: string;
}

export const BATCH_FILE = 'batch.json';
/** The rows of a CSV file of 32 MiB are several times larger here, because each repeats the column names. */
const MAX_BATCH_BYTES = 16 * MAX_JSON_BYTES;
/** Folder with an empty file for each deleted row, named after the row number. */
const DELETED_FOLDER = 'deleted_rows';

export type BatchLoad = { ok: true; record: GroupRecord; crew: Crew } | { ok: false; message: string };

/** Returns the run ID of a row. IDs sort in row order. `row` counts from 1. */
export function rowRun({ id, rows }: Pick<GroupRecord, 'id' | 'rows'>, row: number): string {
  return `${id}-row-${String(row).padStart(String(rows.length).length, '0')}`;
}

/** Returns the workspace of a row of a batch: a subfolder of the batch's workspace. */
export function rowWorkspace({ workspace }: Pick<GroupRecord, 'workspace'>, row: number): string {
  return join(workspace, 'rows', String(row));
}

/** Returns the batch folder and the row number of a row's run folder; null for any other folder. */
export function rowAt(dir: string): { batchDir: string; row: number } | null {
  const [, batchDir, row] = /^(.+)-row-(\d+)$/.exec(dir) ?? [];
  return batchDir === undefined ? null : { batchDir, row: Number(row) };
}

/** Records durably that a person deleted a row. */
export async function markDeleted(batchDir: string, row: number): Promise<void> {
  await makePrivateFolder(join(batchDir, DELETED_FOLDER));
  await replaceFile(join(batchDir, DELETED_FOLDER, String(row)), '');
}

/** Returns the numbers of deleted rows. */
export async function deletedRows(batchDir: string): Promise<ReadonlySet<number>> {
  const names = await readdir(join(batchDir, DELETED_FOLDER)).catch(() => []);
  return new Set(names.map(Number));
}

export interface Row {
  /** Row number, from 1. */
  row: number;
  inputs: GroupRecord['rows'][number];
}

/** Returns the rows of a batch without deleted rows. */
export async function rowsLeft(batchDir: string, { rows }: GroupRecord): Promise<Row[]> {
  const deleted = await deletedRows(batchDir);
  return rows.map((inputs, at) => ({ row: at + 1, inputs })).filter(({ row }) => !deleted.has(row));
}

/**
 * Creates the folder of a batch and flushes its content to disk.
 * @param deleted numbers of rows to omit, as if a person had deleted them
 */
export async function makeBatchFolder(
  dir: string,
  { id, ...facts }: GroupRecord,
  crew: Crew,
  namedFiles: NamedFiles,
  deleted: Iterable<number>,
): Promise<void> {
  await mkdir(dir, { mode: PRIVATE_FOLDER });
  try {
    await createFile(join(dir, CREW_FILE), serializeCrew(crew));
    await writeCrewCopies(dir, crew, (text) => text);
    await storeNamedFiles(dir, namedFiles);
    for (const row of deleted) await markDeleted(dir, row);
    const file: BatchFile = { format: 'crewlane-batch/1', batch: id, ...facts };
    await createFile(join(dir, BATCH_FILE), `${JSON.stringify(file, null, 2)}\n`);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

/** Whether a folder belongs to a batch rather than to a single run. */
export async function isBatchFolder(dir: string): Promise<boolean> {
  return stat(join(dir, BATCH_FILE)).then(
    (facts) => facts.isFile(),
    () => false,
  );
}

/** Finds the run folders of a batch's rows by their names, so that an unreadable record does not hide them. */
export async function rowFolders(dir: string): Promise<string[]> {
  const names = await readdir(dirname(dir)).catch(() => []);
  return names.map((name) => join(dirname(dir), name)).filter((folder) => rowAt(folder)?.batchDir === dir);
}

/** Whether a folder is that of a run or of a batch, also if the batch has lost its record. */
export async function kindOfFolder(dir: string): Promise<GroupKind> {
  return (await isBatchFolder(dir)) || (await rowFolders(dir)).length > 0 ? 'batch' : 'run';
}

/** Reads the record and the crew of a batch. Fails with a message if either is missing or invalid. */
export async function loadBatch(dir: string): Promise<BatchLoad> {
  const loaded = await loadRunCrew(dir);
  if (!loaded.ok)
    return {
      ok: false,
      message: `${dir} is not a batch folder: ${loaded.problems[0]?.message ?? 'its crew file is invalid'}`,
    };
  const read = await readJsonFile(join(dir, BATCH_FILE), MAX_BATCH_BYTES);
  const refused = (reason: string): BatchLoad => ({
    ok: false,
    message: `The batch in ${dir} cannot be read: ${reason}`,
  });
  if (!read.ok) return refused(read.reason);
  const parsed = batchSchema.safeParse(read.value);
  if (!parsed.success) return refused(z.prettifyError(parsed.error));
  const { format: _format, batch: id, ...facts } = parsed.data;
  return { ok: true, record: { id, ...facts }, crew: loaded.crew };
}
