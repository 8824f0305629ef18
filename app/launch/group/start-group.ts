import { limitsBefore } from '../../../shared/control/limits/restore-limits.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import { isLocalHost } from '../../../shared/slot/local-host.ts';
import { isSystemError, writeFailure } from '../../base/system-error.ts';
import { endpointsOf } from '../../engine/limits/endpoint.ts';
import { RunLocks } from '../../engine/locks/run-locks.ts';
import type { StartFailure } from '../../engine/request.ts';
import { failure, hostOf, type LaunchRefusal } from '../prepare-launch.ts';
import { openRunEnvironment } from '../run-environment.ts';
import { makeBatchFolder } from './batch-folder.ts';
import { firstRow } from './first-row.ts';
import { Group } from './group.ts';
import type { GroupHandle } from './group-handle.ts';
import { OwnResources, SharedResources } from './group-resources.ts';
import type { GroupStart } from './group-start.ts';
import { rowStarter } from './start-row.ts';
import { type StoredRows, storedRows, waitingRun } from './stored-rows.ts';

export type GroupLaunch = { ok: true; group: GroupHandle; notes: string[] } | LaunchRefusal;

/**
 * Locks a run or batch and its workspace, and starts the rows that have not finished. A run that cannot be started is
 * refused; the rows of a batch start one after the other, and each that cannot be started reports it.
 */
export async function startGroup(start: GroupStart): Promise<GroupLaunch> {
  const { kind, dir, record, prepared } = start;
  const host = hostOf(start.host);
  host.prepare(prepared.settings.slots);
  const locks = new RunLocks(record.id);
  const refuse = async (refusal: StartFailure): Promise<GroupLaunch> => {
    await Promise.all([locks.release(), host.stop()]);
    return { ok: false, failure: refusal };
  };
  try {
    const locked = kind === 'batch' ? await lockBatch(start, locks) : null;
    if (locked) return refuse(locked);
    if (kind === 'batch' && isLocalHost(host)) host.watchProcesses((pids) => locks.setSlots(pids));
    const group = await openGroup(start, host, locks);
    group.begin();
    return kind === 'run' ? await startedRun(group) : { ok: true, group, notes: refusedRows(group) };
  } catch (error) {
    await Promise.all([locks.release(), host.stop()]);
    if (!isSystemError(error)) throw error;
    return failure('disk', `The ${kind} folder ${dir} cannot be used: ${writeFailure(error)}.`);
  }
}

/** Locks the workspace and the folder of a batch, creating the folder if it is new. A run locks its own. */
async function lockBatch(
  { dir, record, prepared, process, isNew, deleted }: GroupStart,
  locks: RunLocks,
): Promise<StartFailure | null> {
  const inUse = await locks.takeWorkspace(record.workspace);
  if (inUse) return inUse;
  if (isNew) {
    const { crew, scripts } = prepared.parts;
    await makeBatchFolder(dir, record, crew, scripts, deleted ?? []);
    process.onFolder?.(dir);
  }
  return locks.takeRun(dir);
}

/** Waits until the only row of a run is in progress. The result names the repairs that were made to open it. */
async function startedRun(group: Group): Promise<GroupLaunch> {
  const row = await firstRow(group);
  const notes = group.rows.flatMap(({ handle }) => handle?.notes ?? []);
  if (row) return { ok: true, group, notes };
  const [end] = group.rows.flatMap((one) => one.end ?? []);
  if (end?.status === 'refused') return { ok: false, failure: end.failure };
  throw new Error(`The run ${group.id} ended before it started.`);
}

/** Messages about rows that cannot be resumed, which are not reported elsewhere. */
function refusedRows({ rows }: Group): string[] {
  return rows.flatMap(({ end }) => (end?.status === 'refused' ? [end.failure.message] : []));
}

async function openGroup(start: GroupStart, host: SlotHost, locks: RunLocks): Promise<Group> {
  const { kind, dir, record, prepared, budgetUsd, budgetTokens } = start;
  const { crew } = prepared.parts;
  const { slots } = prepared.settings;
  const { environment, close } = await openRunEnvironment(prepared.parts);
  const stored = kind === 'batch' ? await storedBatch(start, endpointsOf(environment)) : waitingRun(dir, record);
  const { startedAtMonotonicMs } = start;
  return new Group({
    kind,
    id: record.id,
    dir,
    crew,
    rehearsal: prepared.parts.rehearsal,
    slots,
    rows: stored.rows,
    resources: (onIdle) =>
      kind === 'run'
        ? new OwnResources(host)
        : new SharedResources({ ...stored, host, crew, slots, startedAtMonotonicMs, onIdle }),
    budgetUsd,
    budgetTokens,
    start: rowStarter(start, environment, stored.latestBudget),
    closed: async () => {
      await close();
      await locks.release();
    },
  });
}

function storedBatch(
  { dir, record, startedAtMonotonicMs }: GroupStart,
  endpoints: ReturnType<typeof endpointsOf>,
): Promise<StoredRows> {
  return storedRows(dir, record, (state) =>
    limitsBefore(state, endpoints, { wallMs: Date.now(), t: performance.now() - startedAtMonotonicMs }),
  );
}
