import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LimitsBefore } from '../../../shared/control/limits/limits.ts';
import { limitsBefore } from '../../../shared/control/limits/restore-limits.ts';
import { serializeProject } from '../../../shared/project/serialize.ts';
import { spentUsd } from '../../../shared/run/budget.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import { comparablePath } from '../../base/contained-path.ts';
import { isSystemError } from '../../base/system-error.ts';
import type { BatchResources } from '../../engine/batch/share.ts';
import { resumeRun, startRun } from '../../engine/engine.ts';
import { readJournal } from '../../engine/journal/read-journal.ts';
import { JOURNAL_FILE } from '../../engine/journal/storage.ts';
import { endpointsOf } from '../../engine/limits/endpoint.ts';
import { RunLocks } from '../../engine/locks/run-locks.ts';
import type { ReviewMode } from '../../engine/request.ts';
import type { ReusedTasks } from '../../engine/reused-tasks.ts';
import { newRunId } from '../../engine/run-id.ts';
import { openRowWorkspace, openWorkspace } from '../../project/open-workspace.ts';
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
  passedOver,
  prepareLaunch,
  requestOf,
  toPlan,
  zone,
} from '../launch.ts';
import { type LoadedRun, loadRunState } from '../load-run.ts';
import { planRun } from '../plan.ts';
import { openCarrier } from '../run-environment.ts';
import { Batch, type RowEnd, type RowSettings, type RowState, tasksDone } from './batch.ts';
import { type BatchRecord, makeBatchFolder, rowRun, rowsLeft } from './batch-folder.ts';
import { GivenBudget } from './given-budget.ts';
import { reusedByRow } from './reused-row.ts';

export interface BatchInput extends Omit<LaunchInput, 'inputs' | 'kept'> {
  rows: readonly Values[];
}

export type BatchLaunch = { ok: true; batch: Batch; notes: string[] } | LaunchRefusal;

/** Starts a batch of a crew: as `launchRun`, with a row for each set of values. */
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
  const carried = await carryBatch({ dir, input, prepared, record, isNew: true, budgetUsd: null });
  return carried.ok ? { ...carried, notes: [...passedOver(prepared), ...carried.notes] } : carried;
}

export interface BatchToCarry {
  /** The batch's folder. */
  dir: string;
  input: Omit<BatchInput, 'rows' | 'overrides'>;
  prepared: PreparedLaunch;
  record: BatchRecord;
  /** Its folder is still to be made. */
  isNew: boolean;
  /** Numbers of rows that a new batch leaves out; absent: none. */
  deleted?: ReadonlySet<number>;
  /** What it may cost in all from now on, in US dollars; null: as much as before. */
  budgetUsd: number | null;
}

/** Locks a batch and its workspace, and starts what of it has not finished. */
export async function carryBatch(carried: BatchToCarry): Promise<BatchLaunch> {
  const { dir, input, record, prepared } = carried;
  const locks = new RunLocks(record.batch);
  const refused = await locks.takeWorkspace(record.workspace);
  if (refused) return { ok: false, failure: refused };
  const host = hostOf(input.host);
  try {
    if (carried.isNew)
      await makeBatchFolder(dir, record, serializeProject(prepared.parts.project), carried.deleted ?? []);
    input.onFolder?.(dir);
    const busy = await locks.takeRun(dir);
    if (busy) {
      await locks.release();
      return { ok: false, failure: busy };
    }
    host.prepare(prepared.settings.slots);
    const batch = await openBatch(carried, host, locks);
    batch.begin();
    return { ok: true, batch, notes: notesOf(batch) };
  } catch (error) {
    await Promise.all([locks.release(), host.stop()]);
    if (!isSystemError(error)) throw error;
    return failure('disk', `The batch's folder ${dir} cannot be used: ${error.message}`);
  }
}

async function openBatch(carried: BatchToCarry, host: SlotHost, locks: RunLocks): Promise<Batch> {
  const { dir, input, record, prepared } = carried;
  const { folders } = input;
  const { project } = prepared.parts;
  const planned = input.plan ?? planRun;
  const plan = await planned(toPlan(prepared));
  const { environment, close } = await openCarrier(prepared.parts);
  const startedAtMonotonicMs = carried.isNew ? input.startedAtMonotonicMs : startOf(record);
  const endpoints = endpointsOf(environment);
  const { rows, spent, given, limits } = await rowsOf(dir, record, folders, (state) => {
    const now = { wallMs: Date.now(), t: performance.now() - startedAtMonotonicMs };
    return limitsBefore(state, endpoints, now);
  });
  const reviewer: ReviewMode = record.approve_all ? 'approve_all' : (input.reviewer ?? 'nobody');
  return new Batch({
    id: record.batch,
    dir,
    project,
    slots: prepared.settings.slots,
    rows,
    host,
    startedAtMonotonicMs,
    spentUsd: spent,
    limitsBefore: limits,
    budgetUsd: carried.budgetUsd,
    start: async (row, now, share, rowHost) => {
      const opened = await openRowWorkspace(rowWorkspace(record, row.row), record.workspace);
      const workspace = opened.ok ? await filledWorkspace(project, opened.path) : opened;
      if (!workspace.ok) return { ok: false, failure: { kind: 'workspace', message: workspace.message } };
      const common = { ...environment, reviewer, attended: input.attended ?? false, share };
      const runDir = join(folders.runs, row.run);
      const budgetUsd = now.budgetUsd ?? given.newsFor(row.run);
      if (await holdsRun(runDir)) {
        return resumeRun({ ...common, ...(budgetUsd === null ? {} : { budgetUsd }), dir: runDir }, rowHost);
      }
      const { settings, ...own } = requestOf(prepared, workspace.path);
      const kept = await reusedByRow(folders.runs, record, row.row, project);
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

/** What a row's run has to itself. Its time begins now, at a whole millisecond of the batch's. */
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

/** Whether a row has begun; what was left of one that was cut off before its first event is taken away. */
async function holdsRun(dir: string): Promise<boolean> {
  if (!(await exists(dir))) return false;
  if ((await exists(join(dir, JOURNAL_FILE))) && (await isBegun(dir))) return true;
  await rm(dir, { recursive: true, force: true });
  return false;
}

/** One that cannot be read has begun: what is wrong with it is said when it is to go on. */
async function isBegun(dir: string): Promise<boolean> {
  let events = 0;
  const read = await readJournal(dir, () => {
    events += 1;
  });
  return !read.ok || events > 0;
}

interface Rows {
  rows: RowState[];
  /** What they have cost so far. */
  spent: number;
  given: GivenBudget;
  limits: LimitsBefore[];
}

/** The rows as they stand. */
async function rowsOf(
  batchDir: string,
  record: BatchRecord,
  folders: DataFolders,
  limitsOf: (state: RunState) => LimitsBefore,
): Promise<Rows> {
  const rows: RowState[] = [];
  const limits: LimitsBefore[] = [];
  const given = new GivenBudget();
  let spent = 0;
  for (const { row: number, inputs } of await rowsLeft(batchDir, record)) {
    const run = rowRun(record, number);
    const row: RowState = { row: number, run, inputs, done: 0, status: 'waiting', handle: null, end: null };
    const dir = join(folders.runs, run);
    const loaded = (await exists(dir)) ? await loadRunState(dir) : null;
    if (loaded?.ok) {
      const { state } = loaded.run;
      spent += spentUsd(state);
      given.see(run, state);
      limits.push(limitsOf(state));
      row.done = tasksDone(state);
      const end = await endOf(loaded.run, rowWorkspace(record, row.row));
      if (end) Object.assign(row, { status: 'ended', end });
    }
    rows.push(row);
  }
  return { rows, spent, given, limits };
}

/** Rows that cannot go on, which nothing else will tell of. */
function notesOf({ rows }: Batch): string[] {
  return rows.flatMap(({ end }) => (end?.status === 'refused' ? [end.failure.message] : []));
}

/** A row that ended, or that cannot go on: a journal that names another folder than the batch has for it. */
async function endOf({ state, started, dir }: LoadedRun, workspace: string): Promise<RowEnd | null> {
  if (state.outcome !== null) return { status: 'finished', outcome: state.outcome };
  const named = started.settings.workspace;
  if ((await comparablePath(named)) === (await comparablePath(workspace))) return null;
  const message = `The row in ${dir} works in ${named}, which is not the batch's folder for it, ${workspace}. Resume the row by itself: resume ${dir}`;
  return { status: 'refused', failure: { kind: 'workspace', message } };
}

function rowWorkspace(record: BatchRecord, row: number): string {
  return join(record.workspace, 'rows', String(row));
}

function recordOf(input: BatchInput, { parts, settings }: PreparedLaunch, workspace: string): BatchRecord {
  const { project, overrides, rows } = input;
  return {
    format: 'crewlane-batch/1',
    ...beginning(input.startedAtMonotonicMs),
    crew: project.name,
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

/** The name of a new batch and the wall clock at its time 0. @param startedAtMonotonicMs its time 0 on this process's clock */
export function beginning(
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

/** The batch's time 0 on this process's clock: from the wall clock, since another process began it. */
function startOf({ wall_ms }: BatchRecord): number {
  return performance.now() - Math.max(0, Date.now() - wall_ms);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
