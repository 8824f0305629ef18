import { dirname } from 'node:path';
import { leadsBelow } from '../../base/contained-path.ts';
import { copiesFolder } from '../../base/named-files.ts';
import { openWorkspace } from '../../crew-file/open-workspace.ts';
import type { WorkspaceChoice } from '../../crew-file/workspace.ts';
import type { DataFolders } from '../data-folder.ts';
import { requireConsentForExternal } from '../external-run.ts';
import { chooseModels } from '../models.ts';
import { failure, type LaunchInput, type LaunchRefusal, prepareLaunch } from '../prepare-launch.ts';
import { storedRecording } from '../stored-recording.ts';
import type { TrustDecision } from '../trust/permit.ts';
import type { GroupStart } from './group-start.ts';
import { openRecord } from './open-record.ts';

/** The parts of `LaunchInput` that a folder does not record. */
export interface ReopenInput
  extends Pick<
    LaunchInput,
    | 'keyFor'
    | 'reviewer'
    | 'attended'
    | 'plan'
    | 'folders'
    | 'host'
    | 'versions'
    | 'evaluator'
    | 'onFolder'
    | 'rehearsalSpeed'
    | 'cache'
  > {
  /** The folder of the run or batch. */
  dir: string;
  /** What the person allows the crew to do, now and later; absent: no decision. */
  trust?: TrustDecision;
  /** Null or absent means the latest number of slots. */
  slots?: number | null;
  /** New total budget in US dollars; null if unchanged. */
  budgetUsd?: number | null;
  /** The same in tokens. */
  budgetTokens?: number | null;
}

/**
 * Reads the run or batch in a folder and checks its crew, its inputs, its permissions and its workspace again, as those
 * of a new one, with the models that were chosen for it. An external run or batch is refused unless the person trusts
 * it.
 */
export async function reopenGroup(input: ReopenInput): Promise<{ ok: true; start: GroupStart } | LaunchRefusal> {
  const opened = await openRecord(input.dir);
  if (!opened.ok) return failure(opened.kind, opened.message);
  const { kind, dir, record, crew } = opened.stored;
  const { file, workspace } = record;
  const trust = input.trust ?? false;
  const models = { provider: record.provider, baseUrl: record.base_url, model: record.model };
  const chosen = chooseModels(crew, models);
  if (!chosen.ok) return { ok: false, problems: chosen.problems };
  const from = { what: kind, dir, crew, rehearsal: chosen.rehearsal, file, workspace } as const;
  const refusal = await requireConsentForExternal(from, { trust: trust !== false, folders: input.folders });
  if (refusal) return refusal;
  const recording = await storedRecording(opened.stored, input.folders);
  if (!recording.ok) return failure('recording', recording.message);
  // The runs of a batch's rows are next to the batch's folder.
  const folders = kind === 'batch' ? { ...input.folders, runs: dirname(dir) } : input.folders;
  const checked = await prepareLaunch(
    {
      ...input,
      crew,
      file,
      namedFilesIn: copiesFolder(dir),
      folders,
      trust,
      seed: record.seed,
      ...recording.launch,
      overrides: {
        ...models,
        typedBaseUrl: record.typed_base_url,
        slots: input.slots ?? record.slots,
        workspace: { path: workspace, by: await workspaceBy({ dir, trust, folders: input.folders }, 'same_run') },
        budgetUsd: input.budgetUsd ?? record.budget_usd,
        budgetTokens: input.budgetTokens ?? record.budget_tokens,
      },
    },
    record.rows,
    'resumed',
  );
  if (!checked.ok) return checked;
  const { prepared } = checked;
  const ready = await openWorkspace(prepared.permit.workspace, prepared.permit.confirmedAs);
  if (!ready.ok) return failure('workspace', ready.message);
  const start = {
    kind,
    dir,
    record,
    prepared,
    host: input.host,
    process: { ...input, folders },
    startedAtMonotonicMs: startOf(record.wall_ms),
    isNew: false,
    budgetUsd: input.budgetUsd ?? null,
    budgetTokens: input.budgetTokens ?? null,
  };
  return { ok: true, start };
}

/**
 * Returns who chose a workspace that a folder names. Only a person can choose that of an external run or batch, because
 * its folder is not trusted.
 * @param recorded who chose it if the run or batch was started by this application
 */
export async function workspaceBy(
  { dir, trust, folders }: { dir: string; trust: TrustDecision; folders: Pick<DataFolders, 'runs'> },
  recorded: 'same_run' | 'earlier_run',
): Promise<WorkspaceChoice['by']> {
  return trust !== false && !(await leadsBelow(folders.runs, dir)) ? 'person' : recorded;
}

/**
 * The start on the monotonic clock of this process, computed from the wall clock because another process started the
 * run or batch.
 */
function startOf(wallMs: number): number {
  return performance.now() - Math.max(0, Date.now() - wallMs);
}
