import { dirname, resolve } from 'node:path';
import { openWorkspace } from '../../project/open-workspace.ts';
import type { WorkspaceChoice } from '../../project/workspace.ts';
import { refuseForeign } from '../foreign.ts';
import { isBelow } from '../is-below.ts';
import { failure, settleLaunch } from '../launch.ts';
import type { ResumeInput } from '../resume.ts';
import { loadBatch } from './batch-folder.ts';
import { type BatchLaunch, carryBatch } from './launch-batch.ts';

/** Goes on with a batch: rows that were cut off are resumed, those that had not begun are started, the others kept. */
export async function resumeBatch(input: ResumeInput): Promise<BatchLaunch> {
  const dir = resolve(input.dir);
  const loaded = await loadBatch(dir);
  if (!loaded.ok) return failure('journal', loaded.message);
  const { record, project } = loaded;
  const { keyFor, host, versions } = input;
  const own = await isBelow(input.folders.runs, dir);
  const budgetUsd = input.budgetUsd ?? record.budget_usd;
  const trust = input.trust === true;
  // The record of a batch from elsewhere names a folder that only a person can choose.
  const chosenBy: WorkspaceChoice['by'] = own || !trust ? 'same_run' : 'person';
  const launch = {
    project,
    file: record.file,
    overrides: {
      slots: record.slots,
      workspace: { path: record.workspace, by: chosenBy },
      provider: record.provider,
      baseUrl: record.base_url,
      model: record.model,
      budgetUsd,
      typedBaseUrl: record.typed_base_url,
    },
    keyFor,
    ...(input.reviewer === undefined ? {} : { reviewer: input.reviewer }),
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
  const checked = await settleLaunch(launch);
  if (!checked.ok) return checked;
  const { settled } = checked;
  const { rehearsal } = settled.parts;
  const { file, workspace } = record;
  const kept = { what: 'batch', dir, project, rehearsal, file, workspace } as const;
  const foreign = await refuseForeign(kept, { trust, folders: input.folders });
  if (foreign) return foreign;
  const { permit } = settled;
  const opened = await openWorkspace(permit.workspace, permit.confirmedAs);
  if (!opened.ok) return failure('workspace', opened.message);
  return carryBatch({
    dir,
    input: launch,
    settled,
    record,
    isNew: false,
    budgetUsd: input.budgetUsd ?? null,
  });
}
