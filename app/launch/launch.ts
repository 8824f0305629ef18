import { withoutCache } from '../../shared/project/cache.ts';
import { checkFilledFiles, checkGuardedFiles, type Rows } from '../../shared/project/check-filled.ts';
import type { Problem } from '../../shared/project/problem.ts';
import type { Crew } from '../../shared/project/schema.ts';
import type { SlotHost } from '../../shared/slot/host.ts';
import type { Origin } from '../../shared/trust/permissions.ts';
import { makeFolders, unmakeFolders } from '../base/make-folders.ts';
import { messageOf } from '../base/system-error.ts';
import { startRun } from '../engine/engine.ts';
import type { ReviewMode, RunHandle, RunRequest } from '../engine/request.ts';
import type { ReusedTasks } from '../engine/reused-tasks.ts';
import { openWorkspace, type ReadyWorkspace } from '../project/open-workspace.ts';
import { prepareWorkspace } from '../project/prepare/prepare.ts';
import type { WorkspaceChoice } from '../project/workspace.ts';
import { readOwnPrices } from './custom-prices.ts';
import type { DataFolders } from './data-folder.ts';
import { placeProblems } from './locate-problems.ts';
import type { ModelOverrides } from './models.ts';
import { type Plan, type PlanInput, planRun } from './plan.ts';
import { rehearsalSpeedOf } from './rehearsal-speed.ts';
import { type EnvironmentInput, type KeyFor, missingKey, openCarrier } from './run-environment.ts';
import { checkToRun } from './runnable.ts';
import { type Consent, type Permit, permitRun, storePermit, type TrustGiven } from './trust/permit.ts';

/** What a person chose for this run, over the file. Null: as the file says. */
export interface Overrides extends ModelOverrides {
  slots: number | null;
  workspace: WorkspaceChoice | null;
  /** US dollars. */
  budgetUsd?: number | null;
}

/** Told of the folder of a run, or a batch, as soon as it has one. */
export type OnFolder = (dir: string) => void;

export interface LaunchInput {
  project: Crew;
  /** The text of the file that the project was read from, for the places of problems. */
  projectText?: string;
  /** The file that it came from; null for a crew that was never saved. */
  file: string | null;
  /** The file ships with the application: its workspace is in the application's data. */
  shipped?: boolean;
  overrides: Overrides;
  keyFor: KeyFor;
  /**
   * The origin of the crew, if the caller knows it from before the crew was edited; absent: the stored trust decides.
   */
  origin?: Origin;
  /** What the person trusts the crew with, from now on. */
  trust: TrustGiven;
  /** Values for `{placeholders}`, over the file's own. */
  inputs?: Record<string, string>;
  /** Who answers `human_review`; absent: nobody. */
  reviewer?: ReviewMode;
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
  kept?: ReusedTasks;
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
  /** It can be run once a person allows these. */
  | { ok: false; consent: Consent; failure: LaunchFailure }
  | { ok: false; failure: LaunchFailure };

export interface LaunchFailure {
  kind: string;
  /** What happened, where, and what to do. */
  message: string;
}

export type LaunchResult = { ok: true; run: RunHandle; notes: string[] } | LaunchRefusal;

const SEED = 1;

/** What a run is to be, once nothing is in its way. */
export interface PreparedLaunch {
  parts: EnvironmentInput;
  settings: Pick<RunRequest['settings'], 'slots' | 'provider' | 'base_url' | 'model' | 'budget_usd'>;
  permit: Permit;
}

/**
 * Checks the crew and settles models, permissions, workspace and keys. Only what the person allowed is stored.
 * @param rows values of each run of a batch
 */
export async function prepareLaunch(
  input: Omit<LaunchInput, 'host' | 'startedAtMonotonicMs'>,
  rows: Rows = [input.inputs ?? {}],
): Promise<{ ok: true; prepared: PreparedLaunch } | LaunchRefusal> {
  const { folders, overrides } = input;
  const project = input.cache === false ? withoutCache(input.project) : input.project;
  const own = await readOwnPrices(folders.pricesFile);
  if (!own.ok) return failure('prices', own.message);
  const { prices: ownPrices } = own;
  const runnable = checkToRun(project, overrides, ownPrices);
  const problems = [...(runnable.ok ? [] : runnable.problems), ...checkFilledFiles(project, rows)];
  if (!runnable.ok || problems.length > 0) return { ok: false, problems: placed(problems, input.projectText) };
  const { agents, rehearsal, settings } = runnable.models;
  const seed = input.seed ?? SEED;
  const rehearsalSpeed = input.rehearsalSpeed ?? rehearsalSpeedOf(process.env);
  const { keyFor, versions } = input;
  const parts: EnvironmentInput = {
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
  const permitted = await permitLaunch(input, parts);
  if (!permitted.ok) return permitted;
  const slots = overrides.slots ?? project.settings.max_concurrent_tasks;
  const { permit } = permitted;
  const isGuarded = permit.workspace.state === 'existing' && permit.confirmedAs === 'existing';
  const guarded = isGuarded ? checkGuardedFiles(project, rows) : [];
  if (guarded.length > 0) return { ok: false, problems: placed(guarded, input.projectText) };
  return { ok: true, prepared: { parts, settings: { slots, ...settings, ...budgetOf(overrides) }, permit } };
}

type PermitInput = Pick<LaunchInput, 'file' | 'shipped' | 'origin' | 'trust' | 'projectText'> & {
  overrides: ModelOverrides & Pick<Overrides, 'workspace'>;
};

/** Decides whether the crew may run as it is prepared, and stores what the person allows. */
export async function permitLaunch(
  input: PermitInput,
  parts: EnvironmentInput,
): Promise<{ ok: true; permit: Permit } | LaunchRefusal> {
  const { project, rehearsal, agents, keyFor, folders } = parts;
  const { file, shipped: isShipped = false, origin = null, trust, overrides, projectText } = input;
  const { workspace } = overrides;
  const noKey = missingKey(parts);
  if (noKey !== null) return failure('no_key', noKey);
  const permitted = await permitRun({
    project,
    file,
    isShipped,
    known: origin,
    trust,
    rehearsal,
    overrides,
    agents,
    workspace,
    keyFor,
    folders,
  });
  if (!permitted.ok) {
    if (permitted.kind === 'consent') return consentRefusal(permitted.consent);
    const { message, path } = permitted;
    return { ok: false, problems: placed([{ code: 'workspace', message, path, line: 0, column: 0 }], projectText) };
  }
  const notStored = await storePermit(permitted.permit, folders.trustFile);
  return notStored === null ? permitted : failure('disk', notStored);
}

function consentRefusal(consent: Consent): LaunchRefusal {
  const message = `A person must allow what this crew does: ${consent.missing.map(({ sentence }) => sentence).join(' ')}`;
  return { ok: false, consent, failure: { kind: 'consent', message } };
}

/**
 * Starts a run of a crew: checks it, settles models, permissions and keys, creates its workspace and its workload, predicts
 * it and hands it to the engine.
 */
export async function launchRun(input: LaunchInput): Promise<LaunchResult> {
  const checked = await prepareLaunch(input);
  if (!checked.ok) return checked;
  const { prepared } = checked;
  const host = hostOf(input.host);
  // What comes now takes a moment, in which the slots start.
  host.prepare(prepared.settings.slots);
  const result = await startOn(host, input, prepared);
  if (!result.ok) await host.stop();
  return result;
}

/** Makes what the run needs, and starts it. The workload is written before `t` = 0. */
async function startOn(host: SlotHost, input: LaunchInput, prepared: PreparedLaunch): Promise<LaunchResult> {
  const { folders } = input;
  const began = performance.now();
  const workspace = await makeRunFolders(folders, () => readyWorkspace(prepared));
  if (!workspace.ok) return workspace;
  const startedAtMonotonicMs = input.startedAtMonotonicMs + (performance.now() - began);

  const kept = new Set(input.kept?.tasks.map(({ task }) => task));
  const plan = await (input.plan ?? planRun)(toPlan(prepared, kept));
  const { environment, close } = await openCarrier(prepared.parts);
  const request: RunRequest = {
    ...environment,
    ...plan,
    ...requestOf(prepared, workspace.path),
    file: input.file,
    reviewer: input.reviewer ?? 'nobody',
    attended: input.attended ?? false,
    ...zone(),
    ...(input.inputs === undefined ? {} : { inputs: input.inputs }),
    ...(input.kept === undefined ? {} : { kept: input.kept }),
    ...(input.anew === undefined ? {} : { bypassCacheFor: input.anew }),
    ...(input.onFolder === undefined ? {} : { onFolder: input.onFolder }),
    startedAtMonotonicMs,
  };
  const started = await startRun(request, host);
  if (!started.ok) {
    await close();
    return started;
  }
  void started.run.done.then(close);
  return { ok: true, run: started.run, notes: [...passedOver(prepared), ...started.run.notes] };
}

function budgetOf({ budgetUsd = null }: Overrides): { budget_usd?: number } {
  return budgetUsd === null ? {} : { budget_usd: budgetUsd };
}

/** What the prediction of a run is made from. `kept`: tasks that do not run. */
export function toPlan({ parts, settings }: PreparedLaunch, kept: ReadonlySet<string> = new Set()) {
  const { project, folders, agents, rehearsal, rehearsalSpeed } = parts;
  return { project, agents, rehearsalSpeed: rehearsal ? rehearsalSpeed : null, folders, slots: settings.slots, kept };
}

/** What a new run is as far as it follows from what was prepared. `workspace`: a real path. */
export function requestOf({ parts, settings }: PreparedLaunch, workspace: string) {
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

function placed(problems: Problem[], text: string | undefined): Problem[] {
  return text === undefined ? problems : placeProblems(text, problems);
}

export function failure(kind: string, message: string): LaunchRefusal {
  return { ok: false, failure: { kind, message } };
}

async function readyWorkspace({ parts, permit }: PreparedLaunch): Promise<ReadyWorkspace> {
  const opened = await openWorkspace(permit.workspace, permit.confirmedAs);
  return opened.ok ? filledWorkspace(parts.project, opened.path) : opened;
}

/** Writes the workload into a workspace where the crew has one. @param path the workspace's real path */
export async function filledWorkspace(project: Crew, path: string): Promise<ReadyWorkspace> {
  if (project.settings.prepare === undefined) return { ok: true, path };
  const prepared = await prepareWorkspace(project.settings.prepare, path);
  return prepared.ok ? { ok: true, path } : prepared;
}

/** Notes, for a person, about the folder that an untrusted crew does not use. */
export function passedOver({ permit }: PreparedLaunch): string[] {
  const { path, passedOver: folder } = permit.workspace;
  if (folder === null) return [];
  return [
    `Nobody trusts this crew yet, so it works in ${path}, and does not see ${folder}. To change that, use --trust.`,
  ];
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
    const reason = messageOf(error);
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
