import { dirname, resolve } from 'node:path';
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
  const launch = {
    project,
    file: record.file,
    overrides: {
      slots: record.slots,
      workspace: record.workspace,
      provider: record.provider,
      baseUrl: record.base_url,
      model: record.model,
      budgetUsd,
      typedBaseUrl: record.typed_base_url,
    },
    keyFor,
    ...(input.reviewer === undefined ? {} : { reviewer: input.reviewer }),
    trust: input.trust === true || own,
    attended: input.attended ?? false,
    // The rows' runs stand beside the batch's folder.
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
  const foreign = await refuseForeign(kept, { trust: input.trust === true, folders: input.folders });
  if (foreign) return foreign;
  return carryBatch({
    dir,
    input: launch,
    settled,
    record,
    // Nobody chose the folder of a batch from elsewhere, so that its rows' may not lead out of it.
    within: launch.trust ? null : record.workspace,
    isNew: false,
    budgetUsd: input.budgetUsd ?? null,
  });
}
