import { dirname, resolve } from 'node:path';
import { leadsBelow } from '../../base/contained-path.ts';
import { openWorkspace } from '../../crew-file/open-workspace.ts';
import type { WorkspaceChoice } from '../../crew-file/workspace.ts';
import { requireConsentForExternal } from '../external-run.ts';
import { failure, type LaunchInput, type LaunchRefusal, prepareLaunch } from '../launch.ts';
import type { ResumeInput } from '../resume.ts';
import { loadBatch } from './batch-folder.ts';
import type { BatchToStart } from './launch-batch.ts';

export interface PrepareBatchInput extends ResumeInput {
  /** Null or absent means the number of slots that the batch had. */
  slots?: number | null;
  /** False disables the cache, regardless of the crew file. */
  cache?: boolean;
  /** See `LaunchInput`. */
  plan?: NonNullable<LaunchInput['plan']>;
}

export type PreparedBatch = Omit<BatchToStart, 'isNew' | 'budgetUsd'>;

/**
 * Reads the batch in a folder and checks its crew, its rows, its permissions and its workspace again, with the models
 * that were chosen for the batch. An external batch is refused unless the person trusts it.
 */
export async function prepareBatch(
  input: PrepareBatchInput,
): Promise<{ ok: true; batch: PreparedBatch } | LaunchRefusal> {
  const dir = resolve(input.dir);
  const loaded = await loadBatch(dir);
  if (!loaded.ok) return failure('journal', loaded.message);
  const { record, crew } = loaded;
  const { keyFor, host, versions } = input;
  const trust = input.trust === true;
  const launch = {
    crew,
    file: record.file,
    overrides: {
      slots: input.slots ?? record.slots,
      workspace: { path: record.workspace, by: await workspaceBy(dir, input) },
      provider: record.provider,
      baseUrl: record.base_url,
      model: record.model,
      budgetUsd: input.budgetUsd ?? record.budget_usd,
      typedBaseUrl: record.typed_base_url,
    },
    keyFor,
    ...(input.reviewer === undefined ? {} : { reviewer: input.reviewer }),
    ...(input.cache === undefined ? {} : { cache: input.cache }),
    ...(input.plan === undefined ? {} : { plan: input.plan }),
    trust,
    attended: input.attended ?? false,
    // The runs of the rows are next to the batch's folder.
    folders: { ...input.folders, runs: dirname(dir) },
    host,
    startedAtMonotonicMs: performance.now(),
    versions,
    ...(input.onFolder === undefined ? {} : { onFolder: input.onFolder }),
    seed: record.seed,
    ...(input.rehearsalSpeed === undefined ? {} : { rehearsalSpeed: input.rehearsalSpeed }),
  };
  const checked = await prepareLaunch(launch, record.rows);
  if (!checked.ok) return checked;
  const { prepared } = checked;
  const { rehearsal } = prepared.parts;
  const { file, workspace } = record;
  const from = { what: 'batch', dir, crew, rehearsal, file, workspace } as const;
  const refusal = await requireConsentForExternal(from, { trust, folders: input.folders });
  if (refusal) return refusal;
  const { permit } = prepared;
  const opened = await openWorkspace(permit.workspace, permit.confirmedAs);
  if (!opened.ok) return failure('workspace', opened.message);
  return { ok: true, batch: { dir, input: launch, prepared, record } };
}

/** Only a person can choose the workspace of an external batch, because its record is not trusted. */
async function workspaceBy(
  dir: string,
  { trust, folders }: Pick<ResumeInput, 'trust' | 'folders'>,
): Promise<WorkspaceChoice['by']> {
  const isOwn = await leadsBelow(folders.runs, dir);
  return isOwn || trust !== true ? 'same_run' : 'person';
}
