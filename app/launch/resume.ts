import { resolve } from 'node:path';
import type { SlotHost } from '../../shared/slot/host.ts';
import { resumeRun } from '../engine/engine.ts';
import type { ResumeRequest, Reviewer } from '../engine/request.ts';
import { ensureWorkspace } from '../project/workspace.ts';
import { type CarrierParts, type KeyFor, openCarrier, refuseAccess } from './carrier.ts';
import { chosenThen } from './chosen-then.ts';
import type { DataFolders } from './data-folder.ts';
import { refuseForeign } from './foreign.ts';
import { accessRefusal, hostOf, type LaunchResult, type OnFolder } from './launch.ts';
import { loadRunState } from './load-run.ts';
import { chooseModels } from './models.ts';
import { readOwnPrices } from './own-prices.ts';
import { rehearsalSpeedOf } from './rehearsal-speed.ts';
import { unknownPrices } from './runnable.ts';

export interface ResumeInput {
  /** The run's folder. */
  dir: string;
  keyFor: KeyFor;
  /** Consent to what the crew does; for runs of this application it was given when they started. */
  trust?: boolean;
  /** Who answers `human_review`; absent: nobody. */
  reviewer?: Reviewer;
  /** Somebody is there who can be asked for a larger budget. */
  attended?: boolean;
  /** What it may cost in all, in US dollars; null: as much as before. */
  budgetUsd?: number | null;
  folders: DataFolders;
  host: SlotHost | (() => SlotHost);
  versions: Record<string, string>;
  onFolder?: OnFolder;
  rehearsalSpeed?: number;
}

/** Goes on with a run that was cut off or interrupted, with the models that it was started with. */
export async function resumeLaunched(input: ResumeInput): Promise<LaunchResult> {
  const { folders, keyFor, versions } = input;
  const dir = resolve(input.dir);
  input.onFolder?.(dir);
  const loaded = await loadRunState(dir);
  if (!loaded.ok) return { ok: false, failure: { kind: 'journal', message: loaded.message } };
  const { project, started } = loaded.run;
  const models = chooseModels(project, chosenThen(started));
  if (!models.ok) return { ok: false, problems: models.problems };
  const { rehearsal, agents } = models;
  const own = await readOwnPrices(folders.pricesFile);
  if (!own.ok) return { ok: false, failure: { kind: 'prices', message: own.message } };
  const budgetUsd = input.budgetUsd ?? null;
  const unpriced = unknownPrices(budgetUsd ?? loaded.run.state.budgetUsd, agents, own.prices);
  if (unpriced.length > 0) return { ok: false, problems: unpriced };
  const kept = {
    what: 'run',
    dir,
    project,
    rehearsal,
    file: started.file,
    workspace: started.settings.workspace,
  } as const;
  const foreign = await refuseForeign(kept, { trust: input.trust === true, folders });
  if (foreign) return foreign;
  const rehearsalSpeed = input.rehearsalSpeed ?? rehearsalSpeedOf(process.env);
  const parts: CarrierParts = {
    project,
    agents,
    rehearsal,
    rehearsalSpeed,
    seed: started.seed,
    folders,
    keyFor,
    ownPrices: own.prices,
    versions,
  };
  const refused = refuseAccess(parts, true);
  if (refused) return accessRefusal(refused);

  const workspace = await ensureWorkspace({ path: started.settings.workspace, within: null });
  if (!workspace.ok) return { ok: false, failure: { kind: 'workspace', message: workspace.message } };
  const { carrier, close } = await openCarrier(parts);
  const request: ResumeRequest = {
    ...carrier,
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
