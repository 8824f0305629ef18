import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LimitsBefore } from '../../../shared/control/limits/limits.ts';
import { limitsBefore } from '../../../shared/control/limits/restore-limits.ts';
import { serializeCrew } from '../../../shared/crew/serialize.ts';
import { spentUsd } from '../../../shared/run/budget.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import { isLocalHost } from '../../../shared/slot/local-host.ts';
import { comparablePath } from '../../base/contained-path.ts';
import { isSystemError } from '../../base/system-error.ts';
import { openRowWorkspace, openWorkspace } from '../../crew-file/open-workspace.ts';
import type { BatchResources } from '../../engine/batch/share.ts';
import { resumeRun, startRun } from '../../engine/engine.ts';
import { readJournal } from '../../engine/journal/read-journal.ts';
import { JOURNAL_FILE } from '../../engine/journal/storage.ts';
import { endpointsOf } from '../../engine/limits/endpoint.ts';
import { RunLocks } from '../../engine/locks/run-locks.ts';
import type { ReviewMode } from '../../engine/request.ts';
import type { ReusedTasks } from '../../engine/reused-tasks.ts';
import { newRunId } from '../../engine/run-id.ts';
import type { DataFolders } from '../data-folder.ts';
import type { Values } from '../inputs/inputs.ts';
import {
  failure,
  filledWorkspace,
  hostOf,
  type LaunchInput,
  type LaunchRefusal,
  makeRunFolders,
  type PreparedLaunch,
  prepareLaunch,
  requestOf,
  toPlan,
  untrustedFolderNotes,
  zone,
} from '../launch.ts';
import { type LoadedRun, loadRunState } from '../load-run.ts';
import { planRun } from '../plan.ts';
import { openRunEnvironment } from '../run-environment.ts';
import { Batch, type RowEnd, type RowSettings, type RowState, tasksDone } from './batch.ts';
import { type BatchRecord, makeBatchFolder, rowRun, rowsLeft } from './batch-folder.ts';
import { LatestBudget } from './latest-budget.ts';
import { reusedByRow } from './reused-row.ts';

/** Input of `launchBatch`: one set of values per row instead of one set of inputs. */
export interface BatchInput extends Omit<LaunchInput, 'inputs' | 'kept'> {
  rows: readonly Values[];
}

export type BatchLaunch = { ok: true; batch: Batch; notes: string[] } | LaunchRefusal;

/** Starts a batch of a crew: like `launchRun`, with one row for each set of values. */
export async function launchBatch(input: BatchInput): Promise<BatchLaunch> {
  const checked = await prepareLaunch(input, input.rows);
  if (!checked.ok) return checked;
  const { prepared } = checked;
  const { folders } = input;
  const { permit } = prepared;
  const workspace = await makeRunFolders(folders, () => openWorkspace(permit.workspace, permit.confirmedAs));
  if (!workspace.ok) return workspace;
  const record = recordOf(input, prepared, workspace.path);
  const dir = join(folders.runs, record.batch);
  const batchStart = await startBatch({ dir, input, prepared, record, isNew: true, budgetUsd: null });
  return batchStart.ok
    ? { ...batchStart, notes: [...untrustedFolderNotes(prepared), ...batchStart.notes] }
    : batchStart;
}

export interface BatchToStart {
  /** The folder of the batch. */
  dir: string;
  input: Omit<BatchInput, 'rows' | 'overrides'>;
  prepared: PreparedLaunch;
  record: BatchRecord;
  /** Whether the folder must be created. */
  isNew: boolean;
  /** Numbers of rows that a new batch omits; absent if none. */
  deleted?: ReadonlySet<number>;
  /** New total budget in US dollars; null if unchanged. */
  budgetUsd: number | null;
}

/** Locks a batch and its workspace, and starts the rows that have not finished. */
export async function startBatch(batchStart: BatchToStart): Promise<BatchLaunch> {
  const { dir, input, record, prepared } = batchStart;
  const locks = new RunLocks(record.batch);
  const refused = await locks.takeWorkspace(record.workspace);
  if (refused) return { ok: false, failure: refused };
  const host = hostOf(input.host);
  try {
    if (batchStart.isNew)
      await makeBatchFolder(dir, record, serializeCrew(prepared.parts.crew), batchStart.deleted ?? []);
    input.onFolder?.(dir);
    const busy = await locks.takeRun(dir);
    if (busy) {
      await locks.release();
      return { ok: false, failure: busy };
    }
    if (isLocalHost(host)) host.watchProcesses((pids) => locks.setSlots(pids));
    host.prepare(prepared.settings.slots);
    const batch = await openBatch(batchStart, host, locks);
    batch.begin();
    return { ok: true, batch, notes: notesOf(batch) };
  } catch (error) {
    await Promise.all([locks.release(), host.stop()]);
    if (!isSystemError(error)) throw error;
    return failure('disk', `The batch folder ${dir} cannot be used: ${error.message}`);
  }
}

async function openBatch(batchStart: BatchToStart, host: SlotHost, locks: RunLocks): Promise<Batch> {
  const { dir, input, record, prepared } = batchStart;
  const { folders } = input;
  const { crew } = prepared.parts;
  const planned = input.plan ?? planRun;
  const plan = await planned(toPlan(prepared));
  const { environment, close } = await openRunEnvironment(prepared.parts);
  const startedAtMonotonicMs = batchStart.isNew ? input.startedAtMonotonicMs : startOf(record);
  const endpoints = endpointsOf(environment);
  const { rows, spent, latestBudget, limits } = await rowsOf(dir, record, folders, (state) => {
    const now = { wallMs: Date.now(), t: performance.now() - startedAtMonotonicMs };
    return limitsBefore(state, endpoints, now);
  });
  const reviewer: ReviewMode = record.approve_all ? 'approve_all' : (input.reviewer ?? 'nobody');
  return new Batch({
    id: record.batch,
    dir,
    crew,
    slots: prepared.settings.slots,
    rows,
    host,
    startedAtMonotonicMs,
    spentUsd: spent,
    limitsBefore: limits,
    budgetUsd: batchStart.budgetUsd,
    start: async (row, now, share, rowHost) => {
      const opened = await openRowWorkspace(rowWorkspace(record, row.row), record.workspace);
      const workspace = opened.ok ? await filledWorkspace(crew, opened.path) : opened;
      if (!workspace.ok) return { ok: false, failure: { kind: 'workspace', message: workspace.message } };
      const common = { ...environment, reviewer, attended: input.attended ?? false, share };
      const runDir = join(folders.runs, row.run);
      const budgetUsd = now.budgetUsd ?? latestBudget.updateFor(row.run);
      if (await containsRun(runDir)) {
        return resumeRun({ ...common, ...(budgetUsd === null ? {} : { budgetUsd }), dir: runDir }, rowHost);
      }
      const { settings, ...own } = requestOf(prepared, workspace.path);
      const kept = await reusedByRow(folders.runs, record, row.row, crew);
      const request = {
        ...common,
        ...(kept === null ? plan : { ...(await planned(toPlan(prepared, namesOf(kept)))), kept }),
        ...own,
        ...rowRequest(record, row, share),
        settings: { ...settings, ...settingsOf({ ...now, budgetUsd }) },
      };
      return startRun(request, rowHost);
    },
    closed: async () => {
      await close();
      await locks.release();
    },
  });
}

function namesOf({ tasks }: ReusedTasks): Set<string> {
  return new Set(tasks.map(({ task }) => task));
}

function settingsOf({ slots, budgetUsd }: RowSettings) {
  return { slots, ...(budgetUsd === null ? {} : { budget_usd: budgetUsd }) };
}

/** The parts of the request that differ per row. Run time starts now, at a whole millisecond of batch time. */
function rowRequest(record: BatchRecord, row: RowState, { startedAtMonotonicMs }: BatchResources) {
  const start_ms = Math.floor(performance.now() - startedAtMonotonicMs);
  return {
    id: row.run,
    batch: { batch: record.batch, row: row.row, rows: record.rows.length, start_ms },
    file: record.file,
    inputs: { ...row.inputs },
    timeZone: record.time_zone,
    utcOffsetMin: record.utc_offset_min,
    startedAtMonotonicMs: startedAtMonotonicMs + start_ms,
  };
}

/** Whether a row has started. Removes the folder of a row that ended before its first event. */
async function containsRun(dir: string): Promise<boolean> {
  if (!(await exists(dir))) return false;
  if ((await exists(join(dir, JOURNAL_FILE))) && (await hasEvents(dir))) return true;
  await rm(dir, { recursive: true, force: true });
  return false;
}

/** Whether a journal has events. An unreadable journal counts as started; resuming it reports the problem. */
async function hasEvents(dir: string): Promise<boolean> {
  let events = 0;
  const read = await readJournal(dir, () => {
    events += 1;
  });
  return !read.ok || events > 0;
}

interface Rows {
  rows: RowState[];
  /** Cost of all rows so far, in US dollars. */
  spent: number;
  latestBudget: LatestBudget;
  limits: LimitsBefore[];
}

/** Reads the current state of all rows. */
async function rowsOf(
  batchDir: string,
  record: BatchRecord,
  folders: DataFolders,
  limitsOf: (state: RunState) => LimitsBefore,
): Promise<Rows> {
  const rows: RowState[] = [];
  const limits: LimitsBefore[] = [];
  const latestBudget = new LatestBudget();
  let spent = 0;
  for (const { row: number, inputs } of await rowsLeft(batchDir, record)) {
    const run = rowRun(record, number);
    const row: RowState = { row: number, run, inputs, done: 0, status: 'waiting', handle: null, end: null };
    const dir = join(folders.runs, run);
    const loaded = (await exists(dir)) ? await loadRunState(dir) : null;
    if (loaded?.ok) {
      const { state } = loaded.run;
      spent += spentUsd(state);
      latestBudget.add(run, state);
      limits.push(limitsOf(state));
      row.done = tasksDone(state);
      const end = await endOf(loaded.run, rowWorkspace(record, row.row));
      if (end) Object.assign(row, { status: 'ended', end });
    }
    rows.push(row);
  }
  return { rows, spent, latestBudget, limits };
}

/** Messages about rows that cannot be resumed, which are not reported elsewhere. */
function notesOf({ rows }: Batch): string[] {
  return rows.flatMap(({ end }) => (end?.status === 'refused' ? [end.failure.message] : []));
}

/**
 * The end of a row that finished, or that cannot be resumed because its journal names another workspace than the batch;
 * null otherwise.
 */
async function endOf({ state, started, dir }: LoadedRun, workspace: string): Promise<RowEnd | null> {
  if (state.outcome !== null) return { status: 'finished', outcome: state.outcome };
  const named = started.settings.workspace;
  if ((await comparablePath(named)) === (await comparablePath(workspace))) return null;
  const message = `The row in ${dir} uses the workspace ${named} instead of ${workspace}, the folder of the batch for this row. Resume the row separately: crewlane resume ${dir}`;
  return { status: 'refused', failure: { kind: 'workspace', message } };
}

function rowWorkspace(record: BatchRecord, row: number): string {
  return join(record.workspace, 'rows', String(row));
}

function recordOf(input: BatchInput, { parts, settings }: PreparedLaunch, workspace: string): BatchRecord {
  const { crew, overrides, rows } = input;
  return {
    format: 'crewlane-batch/1',
    ...newBatchStart(input.startedAtMonotonicMs),
    crew: crew.name,
    file: input.file,
    slots: settings.slots,
    provider: overrides.provider,
    base_url: overrides.baseUrl,
    model: overrides.model,
    budget_usd: overrides.budgetUsd ?? null,
    typed_base_url: overrides.typedBaseUrl === true,
    approve_all: input.reviewer === 'approve_all',
    seed: parts.seed,
    workspace,
    rows: rows.map((row) => ({ ...row })),
  };
}

/**
 * Returns the ID and the start time of a new batch. @param startedAtMonotonicMs the start on the monotonic clock of
 * this process
 */
export function newBatchStart(
  startedAtMonotonicMs: number,
): Pick<BatchRecord, 'batch' | 'wall_ms' | 'time_zone' | 'utc_offset_min'> {
  const { timeZone, utcOffsetMin } = zone();
  const wallMs = Date.now();
  return {
    batch: newRunId(wallMs, Math.random),
    wall_ms: Math.round(wallMs - (performance.now() - startedAtMonotonicMs)),
    time_zone: timeZone,
    utc_offset_min: utcOffsetMin,
  };
}

/**
 * The start of the batch on the monotonic clock of this process, computed from the wall clock because another process
 * started the batch.
 */
function startOf({ wall_ms }: BatchRecord): number {
  return performance.now() - Math.max(0, Date.now() - wall_ms);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
