import { resolve } from 'node:path';
import type { SlotHost } from '../../shared/slot/host.ts';
import { leadsBelow } from '../base/contained-path.ts';
import { openWorkspace } from '../crew-file/open-workspace.ts';
import { resumeRun } from '../engine/engine.ts';
import type { ResumeRequest, ReviewMode } from '../engine/request.ts';
import { readCustomPrices } from './custom-prices.ts';
import type { DataFolders } from './data-folder.ts';
import { requireConsentForExternal } from './external-run.ts';
import { hostOf, type LaunchResult, type OnFolder, permitLaunch } from './launch.ts';
import { loadRunState } from './load-run.ts';
import { chooseModels } from './models.ts';
import { originalModelOverrides } from './original-model-overrides.ts';
import { rehearsalSpeedOf } from './rehearsal-speed.ts';
import { type EnvironmentInput, type KeyFor, openRunEnvironment } from './run-environment.ts';
import { unknownPrices } from './runnable.ts';

export interface ResumeInput {
  /** The folder of the run. */
  dir: string;
  keyFor: KeyFor;
  /** Whether the person trusts the crew and allows what it needs, now and later. */
  trust?: boolean;
  /** Who answers `human_review`; nobody if absent. */
  reviewer?: ReviewMode;
  /** Whether a person is available to raise the budget. */
  attended?: boolean;
  /** New total budget in US dollars; null if unchanged. */
  budgetUsd?: number | null;
  folders: DataFolders;
  host: SlotHost | (() => SlotHost);
  versions: Record<string, string>;
  onFolder?: OnFolder;
  rehearsalSpeed?: number;
}

/** Resumes an interrupted run with the models that it was started with. */
export async function resumeLaunched(input: ResumeInput): Promise<LaunchResult> {
  const { folders, keyFor, versions } = input;
  const dir = resolve(input.dir);
  input.onFolder?.(dir);
  const loaded = await loadRunState(dir);
  if (!loaded.ok) return { ok: false, failure: { kind: 'journal', message: loaded.message } };
  const { crew, started } = loaded.run;
  const trust = input.trust === true;
  const chosen = originalModelOverrides(started);
  const models = chooseModels(crew, chosen);
  if (!models.ok) return { ok: false, problems: models.problems };
  const { rehearsal, agents } = models;
  const own = await readCustomPrices(folders.pricesFile);
  if (!own.ok) return { ok: false, failure: { kind: 'prices', message: own.message } };
  const budgetUsd = input.budgetUsd ?? null;
  const unpriced = unknownPrices(budgetUsd ?? loaded.run.state.budgetUsd, agents, own.prices);
  if (unpriced.length > 0) return { ok: false, problems: unpriced };
  const stored = {
    what: 'run',
    dir,
    crew,
    rehearsal,
    file: started.file,
    workspace: started.settings.workspace,
  } as const;
  const refusal = await requireConsentForExternal(stored, { trust, folders });
  if (refusal) return refusal;
  const rehearsalSpeed = input.rehearsalSpeed ?? rehearsalSpeedOf(process.env);
  const parts: EnvironmentInput = {
    crew,
    agents,
    rehearsal,
    rehearsalSpeed,
    seed: started.seed,
    folders,
    keyFor,
    customPrices: own.prices,
    versions,
  };
  // Only a person can choose the workspace of an external run, because its journal is not trusted.
  const by = trust && !(await leadsBelow(folders.runs, dir)) ? 'person' : 'same_run';
  const overrides = { ...chosen, workspace: { path: started.settings.workspace, by } as const };
  const permitted = await permitLaunch({ file: started.file, trust, overrides }, parts);
  if (!permitted.ok) return permitted;
  const { permit } = permitted;
  const workspace = await openWorkspace(permit.workspace, permit.confirmedAs);
  if (!workspace.ok) return { ok: false, failure: { kind: 'workspace', message: workspace.message } };
  const { environment, close } = await openRunEnvironment(parts);
  const request: ResumeRequest = {
    ...environment,
    dir,
    reviewer: input.reviewer ?? 'nobody',
    attended: input.attended ?? false,
    ...(budgetUsd === null ? {} : { budgetUsd }),
  };
  const resumed = await resumeRun(request, hostOf(input.host));
  if (!resumed.ok) {
    await close();
    return resumed;
  }
  void resumed.run.done.then(close);
  return { ok: true, run: resumed.run, notes: [...resumed.run.notes] };
}
