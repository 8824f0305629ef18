import { withoutCache } from '../../shared/project/cache.ts';
import type { Problem } from '../../shared/project/problem.ts';
import type { Project } from '../../shared/project/schema.ts';
import type { SlotHost } from '../../shared/slot/host.ts';
import { makeFolders, unmakeFolders } from '../base/make-folders.ts';
import { startRun } from '../engine/engine.ts';
import type { KeptEnds } from '../engine/kept.ts';
import type { Reviewer, RunHandle, RunRequest } from '../engine/request.ts';
import { prepareWorkspace } from '../project/prepare/prepare.ts';
import {
  ensureWorkspace,
  type ReadyWorkspace,
  type ResolvedWorkspace,
  resolveWorkspace,
  type WorkspaceFolder,
} from '../project/workspace.ts';
import { type CarrierParts, type KeyFor, openCarrier, refuseAccess } from './carrier.ts';
import type { DataFolders } from './data-folder.ts';
import type { ModelOverrides } from './models.ts';
import { readOwnPrices } from './own-prices.ts';
import { placeProblems } from './place.ts';
import { type Plan, type PlanInput, planRun } from './plan.ts';
import { rehearsalSpeedOf } from './rehearsal-speed.ts';
import { checkToRun } from './runnable.ts';

/** What a person chose for this run, over the file. Null: as the file says. */
export interface Overrides extends ModelOverrides {
  slots: number | null;
  workspace: string | null;
  /** US dollars. */
  budgetUsd?: number | null;
}

/** Told of the folder of a run, or a batch, as soon as it has one. */
export type OnFolder = (dir: string) => void;

export interface LaunchInput {
  project: Project;
  /** The text of the file that the project was read from, for the places of problems. */
  projectText?: string;
  /** The file that it came from; null for a crew that was never saved. */
  file: string | null;
  /** The file ships with the application: its workspace is in the application's data. */
  shipped?: boolean;
  overrides: Overrides;
  keyFor: KeyFor;
  /** The reader of the file has consented to what it does. */
  trust: boolean;
  /** Values for `{placeholders}`, over the file's own. */
  inputs?: Record<string, string>;
  /** Who answers `human_review`; absent: nobody. */
  reviewer?: Reviewer;
  /** Somebody is there who can be asked for a larger budget. */
  attended?: boolean;
  folders: DataFolders;
  /** Plans a large crew without keeping this process waiting; absent: it is planned here. */
  plan?: (input: PlanInput) => Promise<Plan>;
  /** Made once nothing but the machine can be in the way. */
  host: SlotHost | (() => SlotHost);
  /** `performance.now()` when Run was pressed, or the input had been read. */
  startedAtMonotonicMs: number;
  versions: Record<string, string>;
  onFolder?: OnFolder;
  /** Ends of tasks in an earlier run that this one keeps. */
  kept?: KeptEnds;
  /** Tasks for which no stored result is taken. */
  anew?: readonly string[];
  /** False: nothing is taken out of the cache or stored, whatever the crew says. */
  cache?: boolean;
  /** The same seed rehearses the same. */
  seed?: number;
  rehearsalSpeed?: number;
}

/** Why a run was not started: nothing was, and nothing was written into the run's folders. */
export type LaunchRefusal =
  /** The crew cannot be run as it is. */
  | { ok: false; problems: Problem[] }
  /** It can, once its reader consents to these; each a sentence. */
  | { ok: false; consent: string[]; failure: LaunchFailure }
  | { ok: false; failure: LaunchFailure };

export interface LaunchFailure {
  kind: string;
  /** What happened, where, and what to do. */
  message: string;
}

export type LaunchResult = { ok: true; run: RunHandle; notes: string[] } | LaunchRefusal;

const SEED = 1;

/** What a run is to be, once nothing is in its way. */
export interface Settled {
  parts: CarrierParts;
  settings: Pick<RunRequest['settings'], 'slots' | 'provider' | 'base_url' | 'model' | 'budget_usd'>;
}

/** Checks the crew and settles models, consent and keys. Nothing is made. */
export async function settleLaunch(
  input: Omit<LaunchInput, 'host' | 'startedAtMonotonicMs'>,
): Promise<{ ok: true; settled: Settled } | LaunchRefusal> {
  const { folders, overrides } = input;
  const project = input.cache === false ? withoutCache(input.project) : input.project;
  const own = await readOwnPrices(folders.pricesFile);
  if (!own.ok) return failure('prices', own.message);
  const { prices: ownPrices } = own;
  const runnable = checkToRun(project, overrides, ownPrices);
  if (!runnable.ok) return { ok: false, problems: placed(runnable.problems, input.projectText) };
  const { agents, rehearsal, settings } = runnable.models;
  const seed = input.seed ?? SEED;
  const rehearsalSpeed = input.rehearsalSpeed ?? rehearsalSpeedOf(process.env);
  const { keyFor, versions } = input;
  const parts: CarrierParts = {
    project,
    agents,
    rehearsal,
    rehearsalSpeed,
    seed,
    folders,
    keyFor,
    ownPrices,
    versions,
  };
  const refused = refuseAccess(parts, input.trust);
  if (refused) return accessRefusal(refused);

  const slots = overrides.slots ?? project.settings.max_concurrent_tasks;
  return { ok: true, settled: { parts, settings: { slots, ...settings, ...budgetOf(overrides) } } };
}

/**
 * Starts a run of a crew: checks it, settles models, consent and keys, makes its workspace and its workload, predicts it
 * and hands it to the engine.
 */
export async function launchRun(input: LaunchInput): Promise<LaunchResult> {
  const checked = await settleLaunch(input);
  if (!checked.ok) return checked;
  const { settled } = checked;
  const host = hostOf(input.host);
  // What comes now takes a moment, in which the slots start.
  host.prepare(settled.settings.slots);
  const result = await startOn(host, input, settled);
  if (!result.ok) await host.stop();
  return result;
}

/** Makes what the run needs, and starts it. The workload is written before `t` = 0. */
async function startOn(host: SlotHost, input: LaunchInput, settled: Settled): Promise<LaunchResult> {
  const { folders } = input;
  const began = performance.now();
  const workspace = await makeRunFolders(folders, () => readyWorkspace(input));
  if (!workspace.ok) return workspace;
  const startedAtMonotonicMs = input.startedAtMonotonicMs + (performance.now() - began);

  const kept = new Set(input.kept?.tasks.map(({ task }) => task));
  const plan = await (input.plan ?? planRun)(toPlan(settled, kept));
  const { carrier, close } = await openCarrier(settled.parts);
  const request: RunRequest = {
    ...carrier,
    ...plan,
    ...requestOf(settled, workspace.path),
    file: input.file,
    reviewer: input.reviewer ?? 'nobody',
    attended: input.attended ?? false,
    ...zone(),
    ...(input.inputs === undefined ? {} : { inputs: input.inputs }),
    ...(input.kept === undefined ? {} : { kept: input.kept }),
    ...(input.anew === undefined ? {} : { anew: input.anew }),
    ...(input.onFolder === undefined ? {} : { onFolder: input.onFolder }),
    startedAtMonotonicMs,
  };
  const started = await startRun(request, host);
  if (!started.ok) {
    await close();
    return started;
  }
  void started.run.done.then(close);
  return { ok: true, run: started.run, notes: [...started.run.notes] };
}

function budgetOf({ budgetUsd = null }: Overrides): { budget_usd?: number } {
  return budgetUsd === null ? {} : { budget_usd: budgetUsd };
}

/** What the prediction of a run is made from. `kept`: tasks that do not run. */
export function toPlan({ parts, settings }: Settled, kept: ReadonlySet<string> = new Set()) {
  const { project, folders, agents, rehearsal, rehearsalSpeed } = parts;
  return { project, agents, rehearsalSpeed: rehearsal ? rehearsalSpeed : null, folders, slots: settings.slots, kept };
}

/** What a new run is as far as it follows from what was settled. `workspace`: a real path. */
export function requestOf({ parts, settings }: Settled, workspace: string) {
  const { project, folders, rehearsal, seed } = parts;
  return {
    runsFolder: folders.runs,
    settings: { ...settings, cache: project.settings.cache, workspace },
    rehearsal,
    seed,
  };
}

export function hostOf(host: SlotHost | (() => SlotHost)): SlotHost {
  return typeof host === 'function' ? host() : host;
}

export function accessRefusal(refused: NonNullable<ReturnType<typeof refuseAccess>>): LaunchRefusal {
  const { kind, message } = refused;
  if (refused.kind === 'consent') return { ok: false, consent: refused.needs, failure: { kind, message } };
  return { ok: false, failure: { kind, message } };
}

function placed(problems: Problem[], text: string | undefined): Problem[] {
  return text === undefined ? problems : placeProblems(text, problems);
}

export function failure(kind: string, message: string): LaunchRefusal {
  return { ok: false, failure: { kind, message } };
}

async function readyWorkspace(input: LaunchInput): Promise<ReadyWorkspace> {
  const chosen = chosenWorkspace(input);
  return chosen.ok ? filledWorkspace(input.project, chosen) : chosen;
}

export function chosenWorkspace(
  input: Pick<LaunchInput, 'project' | 'overrides' | 'folders' | 'shipped' | 'file'>,
): ResolvedWorkspace {
  const { project, overrides, folders } = input;
  const file = input.shipped ? null : input.file;
  return resolveWorkspace({ project, file, override: overrides.workspace, fallbackFolder: folders.workspaces });
}

/** Makes the folder, with the workload in it where the crew asks for one. */
export async function filledWorkspace(project: Project, folder: WorkspaceFolder): Promise<ReadyWorkspace> {
  const made = await ensureWorkspace(folder);
  if (!made.ok || project.settings.prepare === undefined) return made;
  const prepared = await prepareWorkspace(project.settings.prepare, made.path);
  return prepared.ok ? made : prepared;
}

/**
 * Makes the folders that a run needs, the application's own and then its workspace. Of a run that is refused for want of
 * one of them none is left behind.
 */
export async function makeRunFolders(
  { runs }: DataFolders,
  makeWorkspace: () => Promise<ReadyWorkspace>,
): Promise<{ ok: true; path: string } | LaunchRefusal> {
  let made: string[];
  try {
    made = await makeFolders(runs, 'private');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Runs are kept in ${runs}, and it cannot be made: ${reason}. Set CREWLANE_HOME to a folder that can be written.`;
    return failure('disk', message);
  }
  const workspace = await makeWorkspace();
  if (workspace.ok) return workspace;
  await unmakeFolders(made);
  return failure('workspace', workspace.message);
}

export function zone(): { timeZone: string; utcOffsetMin: number } {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { timeZone, utcOffsetMin: -new Date().getTimezoneOffset() };
}
