import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { InterruptedRun } from '../../shared/ipc/values.ts';
import { comparablePath } from '../base/contained-path.ts';
import { openRegularFile } from '../base/read-text-file.ts';
import { readStoredFacts } from '../engine/journal/local-facts.ts';
import { JOURNAL_FILE } from '../engine/journal/storage.ts';
import { isRunLocked } from '../engine/locks/run-locks.ts';
import type { DataFolders } from './data-folder.ts';
import { deletedRows } from './group/batch-folder.ts';
import { overviewOf, type RunOverview } from './run-overview.ts';

interface Candidate {
  id: string;
  live: boolean;
  overview: RunOverview;
}

/** Bytes to read of a journal of an earlier version. Its first line contains the crew file near its beginning. */
const HEAD_BYTES = 16 * 1024;
const FILE_VALUE = /"file":("(?:[^"\\]|\\.)*"|null)/;

/**
 * Finds the interrupted run of a crew file: its latest run, if it was interrupted and no process owns it.
 * Reads only the beginning of the journals of other crews.
 * @param dismissed runs and batches that a person does not want to be offered
 */
export async function interruptedRun(
  folders: Pick<DataFolders, 'runs'>,
  file: string,
  dismissed: readonly string[],
): Promise<InterruptedRun | null> {
  const latest = await latestOf(folders.runs, await comparablePath(file));
  if (latest === null || latest.live || dismissed.includes(latest.id)) return null;
  const { batch } = latest.overview;
  if (batch) return dismissed.includes(batch.batch) ? null : interruptedBatch(folders.runs, latest, batch);
  const { figures, wall_ms } = latest.overview;
  if (figures.outcome !== 'interrupted') return null;
  return { run: latest.id, batch: null, wall_ms, done: figures.completed_tasks, total: figures.total_tasks };
}

async function latestOf(runs: string, file: string): Promise<Candidate | null> {
  for (const id of await idsIn(runs)) {
    const started = await startedFile(join(runs, id));
    if (started === null || (await comparablePath(started)) !== file) continue;
    const found = await candidate(runs, id);
    if (found) return found;
  }
  return null;
}

/** Checks all rows, because any of them can be interrupted and the last ones may not have started. */
async function interruptedBatch(
  runs: string,
  latest: Candidate,
  { batch, rows }: { batch: string; rows: number },
): Promise<InterruptedRun | null> {
  const found: Candidate[] = [];
  for (const id of (await idsIn(runs)).filter((name) => name.startsWith(`${batch}-row-`))) {
    const row = await candidate(runs, id);
    if (row) found.push(row);
  }
  const total = rows - (await deletedRows(join(runs, batch))).size;
  const done = found.filter(({ overview }) => overview.figures.outcome !== 'interrupted').length;
  if (done >= total || found.some(({ live }) => live)) return null;
  return { run: latest.id, batch, wall_ms: latest.overview.wall_ms, done, total };
}

/** The run IDs, the latest first. */
async function idsIn(runs: string): Promise<string[]> {
  return (await readdir(runs).catch(() => [])).sort().reverse();
}

async function candidate(runs: string, id: string): Promise<Candidate | null> {
  const dir = join(runs, id);
  const live = await isRunLocked(dir);
  const overview = await overviewOf(dir, live);
  return overview && { id, live, overview };
}

/** The crew file that a run was started from; null if there is none or the folder cannot be read. */
async function startedFile(dir: string): Promise<string | null> {
  const local = await readStoredFacts(dir);
  return local === null ? fileInJournal(dir) : local.file;
}

/** The crew file that the journal of an earlier version names. */
async function fileInJournal(dir: string): Promise<string | null> {
  try {
    const journal = await openRegularFile(join(dir, JOURNAL_FILE));
    try {
      const { bytesRead, buffer } = await journal.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      const [line = ''] = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
      const value: unknown = JSON.parse(FILE_VALUE.exec(line)?.[1] ?? 'null');
      return typeof value === 'string' ? value : null;
    } finally {
      await journal.close();
    }
  } catch {
    return null;
  }
}
