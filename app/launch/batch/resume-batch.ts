import { dirname, resolve } from 'node:path';
import { isBelow } from '../is-below.ts';
import { failure, type LaunchRefusal, settleLaunch } from '../launch.ts';
import type { ResumeInput } from '../resume.ts';
import { type BatchRecord, loadBatch } from './batch-folder.ts';
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
    seed: record.seed,
    ...(input.rehearsalSpeed === undefined ? {} : { rehearsalSpeed: input.rehearsalSpeed }),
  };
  const checked = await settleLaunch(launch);
  if (!checked.ok) return checked;
  const { settled } = checked;
  if (!settled.parts.rehearsal && !launch.trust) return foreignBatch(dir, record);
  return carryBatch({
    input: launch,
    settled,
    record,
    within: null,
    isNew: false,
    budgetUsd: input.budgetUsd ?? null,
  });
}

/** As with a run from elsewhere: its record names addresses that keys would go to, and a folder that tools would write in. */
function foreignBatch(dir: string, { workspace }: BatchRecord): LaunchRefusal {
  const need = `The batch in ${dir} was not started by this application. Its tools would work in ${workspace}, and its models be asked where its record says.`;
  const message = `${need} Give your consent with --trust once you have looked at its project.crew.json and batch.json.`;
  return { ok: false, consent: [need], failure: { kind: 'consent', message } };
}
