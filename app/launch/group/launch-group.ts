import { join } from 'node:path';
import type { ReusedTasks } from '../../../shared/control/reused-tasks.ts';
import type { Values } from '../../../shared/crew/placeholders.ts';
import { openWorkspace, type ReadyWorkspace } from '../../crew-file/open-workspace.ts';
import { newRunId } from '../../engine/run-id.ts';
import {
  filledWorkspace,
  hostOf,
  type LaunchInput,
  makeRunFolders,
  type PreparedLaunch,
  prepareLaunch,
  timeZoneNow,
  untrustedFolderNotes,
} from '../prepare-launch.ts';
import type { GroupRecord } from './batch-folder.ts';
import type { GroupKind } from './group-handle.ts';
import { type GroupLaunch, startGroup } from './start-group.ts';

/** What to launch: one run, or a batch with a row for each set of values. Values are those of `{placeholders}`. */
export type GroupRows =
  | {
      kind: 'run';
      values: Values;
      /** Ends of tasks that the run reuses from an earlier run. */
      reused?: ReusedTasks;
      /** Tasks that bypass the cache. */
      bypassCacheFor?: readonly string[];
    }
  | { kind: 'batch'; values: readonly Values[] };

/**
 * Starts a run or a batch of a crew: checks the crew and the values, determines models, permissions and keys, creates
 * the workspace and the workload, and starts the rows.
 */
export async function launchGroup(input: LaunchInput, rows: GroupRows): Promise<GroupLaunch> {
  const values = rows.kind === 'run' ? [rows.values] : rows.values;
  const checked = await prepareLaunch(input, values, 'new');
  if (!checked.ok) return checked;
  const { prepared } = checked;
  const host = hostOf(input.host);
  // The slots start while the workspace and the plan are prepared.
  host.prepare(prepared.settings.slots);
  const beforeWorkspace = performance.now();
  const workspace = await makeRunFolders(input.folders, () => groupWorkspace(rows.kind, prepared));
  if (!workspace.ok) {
    await host.stop();
    return workspace;
  }
  // The workload is written before `t` = 0.
  const startedAtMonotonicMs = input.startedAtMonotonicMs + (performance.now() - beforeWorkspace);
  const record = newRecord({ ...input, startedAtMonotonicMs }, prepared, workspace.path, values);
  const { reused, bypassCacheFor } = rows.kind === 'run' ? rows : {};
  const launched = await startGroup({
    kind: rows.kind,
    dir: join(input.folders.runs, record.id),
    record,
    prepared,
    host,
    process: input,
    startedAtMonotonicMs,
    isNew: true,
    ...(reused === undefined ? {} : { reused }),
    ...(bypassCacheFor === undefined ? {} : { bypassCacheFor }),
    budgetUsd: null,
    budgetTokens: null,
  });
  return launched.ok ? { ...launched, notes: [...untrustedFolderNotes(prepared), ...launched.notes] } : launched;
}

/** Opens the workspace. A run works in it; the rows of a batch work in its subfolders and fill those. */
async function groupWorkspace(kind: GroupKind, { parts, permit }: PreparedLaunch): Promise<ReadyWorkspace> {
  const opened = await openWorkspace(permit.workspace, permit.confirmedAs);
  return opened.ok && kind === 'run' ? filledWorkspace(parts.crew, opened.path) : opened;
}

function newRecord(
  input: LaunchInput,
  { parts, settings }: PreparedLaunch,
  workspace: string,
  values: readonly Values[],
): GroupRecord {
  const { crew, overrides } = input;
  return {
    ...newGroupStart(input.startedAtMonotonicMs),
    crew: crew.name,
    file: input.file,
    slots: settings.slots,
    provider: overrides.provider,
    base_url: overrides.baseUrl,
    model: overrides.model,
    budget_usd: overrides.budgetUsd ?? null,
    budget_tokens: overrides.budgetTokens ?? null,
    typed_base_url: overrides.typedBaseUrl === true,
    approve_all: input.reviewer === 'approve_all',
    seed: parts.seed,
    workspace,
    rows: values.map((row) => ({ ...row })),
  };
}

/**
 * Returns the ID and the start time of a new run or batch. @param startedAtMonotonicMs the start on the monotonic clock
 * of this process
 */
export function newGroupStart(
  startedAtMonotonicMs: number,
): Pick<GroupRecord, 'id' | 'wall_ms' | 'time_zone' | 'utc_offset_min'> {
  const { timeZone, utcOffsetMin } = timeZoneNow();
  const wallMs = Date.now();
  return {
    id: newRunId(wallMs, Math.random),
    wall_ms: Math.round(wallMs - (performance.now() - startedAtMonotonicMs)),
    time_zone: timeZone,
    utc_offset_min: utcOffsetMin,
  };
}
