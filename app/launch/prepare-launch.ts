import { dirname } from 'node:path';
import { withoutCache } from '../../shared/crew/cache.ts';
import { checkFilledFiles, checkGuardedFiles } from '../../shared/crew/check-filled.ts';
import { fileOf } from '../../shared/crew/link.ts';
import { usesMemory } from '../../shared/crew/memory.ts';
import { checkMissingInputs, type Rows } from '../../shared/crew/missing-inputs.ts';
import type { Problem } from '../../shared/crew/problem.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { Guidance } from '../../shared/crew/training.ts';
import type { Evaluator } from '../../shared/expressions/evaluate-expression.ts';
import type { SlotHost } from '../../shared/slot/host.ts';
import type { Origin } from '../../shared/trust/permission.ts';
import { makeFolders, removeCreatedFolders } from '../base/make-folders.ts';
import { writeFailure } from '../base/system-error.ts';
import type { LinkedCrew } from '../crew-file/link-crew.ts';
import { linkFromDisk } from '../crew-file/load-linked.ts';
import { locateProblems } from '../crew-file/locate-problems.ts';
import type { ReadyWorkspace } from '../crew-file/open-workspace.ts';
import { prepareWorkspace } from '../crew-file/prepare/prepare.ts';
import { readScripts } from '../crew-file/scripts.ts';
import type { WorkspaceChoice } from '../crew-file/workspace.ts';
import type { RunRecording } from '../engine/recording/run-recording.ts';
import type { ReviewMode, RunRequest } from '../engine/request.ts';
import { readCustomPrices } from './custom-prices.ts';
import type { DataFolders } from './data-folder.ts';
import { checkKnowledge } from './knowledge.ts';
import { memoryOf } from './memory.ts';
import type { ModelOverrides } from './models.ts';
import type { KeyFor } from './named-key.ts';
import type { Plan, PlanInput } from './plan.ts';
import { rehearsalSpeedOf } from './rehearsal-speed.ts';
import { type EnvironmentInput, isReplay, missingKey } from './run-environment.ts';
import { checkToRun } from './runnable.ts';
import { type Consent, type Permit, permitRun, storePermit, type TrustDecision } from './trust/permit.ts';

/** Settings that a person chose for this run. Null means the setting of the file. */
export interface Overrides extends ModelOverrides {
  slots: number | null;
  workspace: WorkspaceChoice | null;
  /** US dollars. */
  budgetUsd?: number | null;
  budgetTokens?: number | null;
}

/** Called with the folder of a run or batch as soon as it exists. */
export type OnFolder = (dir: string) => void;

export interface LaunchInput {
  crew: Crew;
  /** The text of the crew file, for the locations of problems. */
  crewText?: string;
  /** The crew file; null for a crew that was never saved. */
  file: string | null;
  /** The folder with copies of the files that the crew names, such as scripts; absent: that of the crew file. */
  namedFilesIn?: string;
  /** Whether the file ships with the application. Its workspace is then in the data folder. */
  shipped?: boolean;
  overrides: Overrides;
  keyFor: KeyFor;
  /**
   * The origin of the crew, if the caller knows it from before the crew was edited; absent: the stored trust decides.
   */
  origin?: Origin;
  /** What the person allows the crew to do, now and later. */
  trust: TrustDecision;
  /** Who answers `human_review`; nobody if absent. */
  reviewer?: ReviewMode;
  /** Whether a person is available to raise the budget. */
  attended?: boolean;
  folders: DataFolders;
  /**
   * Plans the run without blocking this process, for example in a worker. If absent, the run is planned in this
   * process.
   */
  plan?: (input: PlanInput) => Promise<Plan>;
  /** The slots of the run. A function is called only after all checks have passed. */
  host: SlotHost | (() => SlotHost);
  /** `performance.now()` when Run was pressed, or the input had been read. */
  startedAtMonotonicMs: number;
  versions: Record<string, string>;
  /** Evaluates the conditions of tasks. */
  evaluator: Evaluator;
  onFolder?: OnFolder;
  /** False disables the cache, regardless of the crew file. */
  cache?: boolean;
  /** Guidance for tasks, in addition to that of the crew's training file. */
  guidance?: Guidance;
  /** Records the run, or replays a recording. Neither uses the cache. */
  recording?: RunRecording;
  /** Seed of a rehearsal. The same seed gives the same answers. */
  seed?: number;
  rehearsalSpeed?: number;
}

/** Why a run was not started. Nothing was written to run folders. */
export type LaunchRefusal =
  /** The crew has problems that prevent a run. */
  | { ok: false; problems: Problem[] }
  /** The crew needs permissions that a person must grant. */
  | { ok: false; consent: Consent; failure: LaunchFailure }
  | { ok: false; failure: LaunchFailure };

export interface LaunchFailure {
  kind: string;
  /** What happened, where, and what to do. */
  message: string;
}

const SEED = 1;

/** A run that has passed all checks and can be started. */
export interface PreparedLaunch {
  parts: EnvironmentInput;
  settings: Pick<RunRequest['settings'], 'slots' | 'provider' | 'base_url' | 'model' | 'budget_usd' | 'budget_tokens'>;
  permit: Permit;
}

/**
 * Checks the crew and determines models, permissions, workspace and keys. Stores only the permissions that the person
 * granted.
 * @param rows the values of `{placeholders}` for each row, which override those of the file
 * @param runs only new runs with a model need a value for every placeholder
 */
export async function prepareLaunch(
  input: Omit<LaunchInput, 'host' | 'startedAtMonotonicMs'>,
  rows: Rows,
  runs: 'new' | 'resumed',
): Promise<{ ok: true; prepared: PreparedLaunch } | LaunchRefusal> {
  const { folders, overrides } = input;
  const { recording } = input;
  const linked = await linkToRun(input);
  if (!linked.ok) return { ok: false, problems: placed(linked.problems, input.crewText) };
  // A cached result would be missing in a recording, and one of a replay must not be used elsewhere.
  const crew = input.cache === false || recording !== undefined ? withoutCache(linked.crew) : linked.crew;
  const own = await readCustomPrices(folders.pricesFile);
  if (!own.ok) return failure('prices', own.message);
  const { prices: customPrices } = own;
  const runnable = checkToRun(crew, overrides, customPrices);
  const needsInputs = runnable.ok && !runnable.models.rehearsal && runs === 'new';
  const problems = [
    ...(runnable.ok ? [] : runnable.problems),
    ...checkFilledFiles(fileOf(crew), rows),
    ...(needsInputs ? checkMissingInputs(crew, rows) : []),
    ...(runs === 'new' ? await checkKnowledge(crew, input.file) : []),
  ];
  if (!runnable.ok || problems.length > 0) return { ok: false, problems: placed(problems, input.crewText) };
  const { agents, embeddings, rehearsal, settings } = runnable.models;
  const folder = input.file === null ? null : dirname(input.file);
  const read = await readScripts(crew, input.namedFilesIn ?? folder);
  if (!read.ok) return { ok: false, problems: placed(read.problems, input.crewText) };
  const seed = input.seed ?? SEED;
  const rehearsalSpeed = input.rehearsalSpeed ?? rehearsalSpeedOf(process.env);
  const { keyFor, versions, evaluator } = input;
  const parts: EnvironmentInput = {
    crew,
    file: input.file,
    scripts: read.scripts,
    agents,
    embeddings,
    memory: null,
    rehearsal,
    rehearsalSpeed,
    seed,
    folders,
    keyFor,
    customPrices,
    versions,
    evaluator,
    ...(recording === undefined ? {} : { recording }),
    ...(input.guidance === undefined ? {} : { guidance: input.guidance }),
  };
  const permitted = await permitLaunch(input, parts);
  if (!permitted.ok) return permitted;
  const slots = overrides.slots ?? crew.settings.max_concurrent_tasks;
  const { permit } = permitted;
  const memory = rehearsal || !usesMemory(crew) ? null : memoryOf(folders, crew.name, permit.crew);
  const isGuarded = permit.workspace.state === 'existing' && permit.confirmedAs === 'existing';
  const guarded = isGuarded ? checkGuardedFiles(fileOf(crew), rows) : [];
  if (guarded.length > 0) return { ok: false, problems: placed(guarded, input.crewText) };
  return {
    ok: true,
    prepared: { parts: { ...parts, memory }, settings: { slots, ...settings, ...budgetOf(overrides) }, permit },
  };
}

/** Returns the crew with the crew files that its tasks run. A crew from the folder of a run already has them. */
function linkToRun({ crew, file }: Pick<LaunchInput, 'crew' | 'file'>): Promise<LinkedCrew> | LinkedCrew {
  const at = crew.tasks.findIndex((task) => task.crew !== undefined);
  if (crew.linked || at === -1) return { ok: true, crew };
  if (file !== null) return linkFromDisk(crew, file);
  const message = 'Save the crew first.';
  return { ok: false, problems: [{ code: 'unsaved', message, path: `tasks[${at}].crew`, line: 0, column: 0 }] };
}

/** Decides whether the prepared crew may run, and stores the permissions that the person granted. */
async function permitLaunch(
  input: Omit<LaunchInput, 'host' | 'startedAtMonotonicMs'>,
  parts: EnvironmentInput,
): Promise<{ ok: true; permit: Permit } | LaunchRefusal> {
  const { crew, scripts, agents, embeddings, keyFor, folders } = parts;
  // A replay calls no model, no server and no address, as a rehearsal.
  const rehearsal = parts.rehearsal || isReplay(parts);
  const { file, shipped: isShipped = false, origin = null, trust, overrides, crewText } = input;
  const { workspace } = overrides;
  const noKey = missingKey(parts);
  if (noKey !== null) return failure('no_key', noKey);
  const permitted = await permitRun({
    crew,
    scripts,
    file,
    isShipped,
    known: origin,
    trust,
    rehearsal,
    overrides,
    agents,
    embeddings,
    workspace,
    keyFor,
    folders,
  });
  if (!permitted.ok) {
    if (permitted.kind === 'consent') return consentRefusal(permitted.consent);
    const { message, path } = permitted;
    return { ok: false, problems: placed([{ code: 'workspace', message, path, line: 0, column: 0 }], crewText) };
  }
  const notStored = await storePermit(permitted.permit, folders.trustFile);
  return notStored === null ? permitted : failure('disk', notStored);
}

function consentRefusal(consent: Consent): LaunchRefusal {
  const message = `A person must allow what this crew does: ${consent.missing.map(({ sentence }) => sentence).join(' ')}`;
  return { ok: false, consent, failure: { kind: 'consent', message } };
}

function budgetOf({ budgetUsd = null, budgetTokens = null }: Overrides) {
  return {
    ...(budgetUsd === null ? {} : { budget_usd: budgetUsd }),
    ...(budgetTokens === null ? {} : { budget_tokens: budgetTokens }),
  };
}

/** Returns the input of `planRun`. `kept` contains the reused tasks. */
export function toPlan({ parts, settings }: PreparedLaunch, kept: ReadonlySet<string> = new Set()) {
  const { crew, folders, agents, rehearsal, rehearsalSpeed } = parts;
  return { crew, agents, rehearsalSpeed: rehearsal ? rehearsalSpeed : null, folders, slots: settings.slots, kept };
}

/** Returns the part of a run request that follows from a prepared launch. `workspace` is a real path. */
export function requestOf({ parts, settings }: PreparedLaunch, workspace: string) {
  const { crew, folders, rehearsal, seed } = parts;
  return {
    runsFolder: folders.runs,
    workspace,
    settings: { ...settings, cache: crew.settings.cache },
    rehearsal,
    seed,
  };
}

/** Returns the host, calling the function that creates it if necessary. */
export function hostOf(host: SlotHost | (() => SlotHost)): SlotHost {
  return typeof host === 'function' ? host() : host;
}

function placed(problems: Problem[], text: string | undefined): Problem[] {
  return text === undefined ? problems : locateProblems(text, problems);
}

/** Makes a refusal with a failure. `kind` is a fixed code; `message` is for people. */
export function failure(kind: string, message: string): LaunchRefusal {
  return { ok: false, failure: { kind, message } };
}

/** Writes the workload of the crew, if it has one, into a workspace. @param path the real path of the workspace */
export async function filledWorkspace(crew: Crew, path: string): Promise<ReadyWorkspace> {
  if (crew.settings.prepare === undefined) return { ok: true, path };
  const prepared = await prepareWorkspace(crew.settings.prepare, path);
  return prepared.ok ? { ok: true, path } : prepared;
}

/** Notes about the existing folder that an untrusted crew does not use. */
export function untrustedFolderNotes({ permit }: PreparedLaunch): string[] {
  const { path, untrustedFolder: folder } = permit.workspace;
  if (folder === null) return [];
  return [`This crew is not trusted, so it works in ${path} and cannot access ${folder}. To change that, use --trust.`];
}

/**
 * Creates the folders of a run: the application folders, then the workspace. If one cannot be created, removes those
 * that were created.
 */
export async function makeRunFolders(
  { runs }: DataFolders,
  makeWorkspace: () => Promise<ReadyWorkspace>,
): Promise<{ ok: true; path: string } | LaunchRefusal> {
  let made: string[];
  try {
    made = await makeFolders(runs, 'private');
  } catch (error) {
    const reason = writeFailure(error);
    const message = `The folder for runs ${runs} cannot be created: ${reason}. Set CREWLANE_HOME to a writable folder.`;
    return failure('disk', message);
  }
  const workspace = await makeWorkspace();
  if (workspace.ok) return workspace;
  await removeCreatedFolders(made);
  return failure('workspace', workspace.message);
}

/** The time zone of this machine and its current offset from UTC in minutes. */
export function timeZoneNow(): { timeZone: string; utcOffsetMin: number } {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { timeZone, utcOffsetMin: -new Date().getTimezoneOffset() };
}
