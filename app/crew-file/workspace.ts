import { readdir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { CREWLANE_FOLDER } from '../../shared/crew/protected-path.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { workspaceNameProblem } from '../../shared/crew/workspace-name.ts';
import type { WorkspaceUse } from '../../shared/trust/choices.ts';
import { firstNonFolder, isBelow, realPathOf } from '../base/contained-path.ts';
import { sha256 } from '../base/hash.ts';
import { codeOf, messageOf } from '../base/system-error.ts';
import { workspaceKind } from '../base/workspace-mark.ts';
import { chosenFolderProblem, fixedFolderProblem } from './chosen-folder.ts';
import { repositoryProblem } from './repositories.ts';

/**
 * A folder for one run.
 * - `person`: the person chose it now.
 * - `same_run`: the run that is resumed or repeated works there, with the same crew.
 * - `earlier_run`: an earlier run worked there, and the crew may have changed since.
 */
export interface WorkspaceChoice {
  path: string;
  by: 'person' | 'same_run' | 'earlier_run';
}

export interface WorkspaceQuestion {
  crew: Pick<Crew, 'name' | 'settings'>;
  /** The content hash of the crew. */
  sha256: string;
  /** The crew's own file; null for a crew that was never saved, or ships with the application. */
  file: string | null;
  /** Whether the crew is not trusted. It then works in the data folder unless a person chooses a folder. */
  isForeign: boolean;
  rehearsal: boolean;
  /** The folder chosen for this run; null if there is none. */
  choice: WorkspaceChoice | null;
  /** The folder of workspaces in the data folder. */
  dataWorkspaces: string;
}

/** The workspace of a run that has not started. Its path is real as far as it exists. */
export interface WorkspacePlan extends WorkspaceUse {
  /** The real path of the folder that the workspace must be below, without a link on the way; null: anywhere. */
  within: string | null;
  /** A folder next to the file that the crew does not use, because the crew is not trusted; null if there is none. */
  untrustedFolder: string | null;
}

/** `path`: the location of the mistake in the crew file, or empty. */
export type PlannedWorkspace =
  | { ok: true; plan: WorkspacePlan }
  | { ok: false; message: string; path: 'settings.workspace' | '' };

/**
 * Plans the folder that a run works in: the person's choice; else, for an own or trusted crew with a file,
 * `settings.workspace` or `workspace` next to the file; else a folder in the data folder. Reads the disk and creates
 * nothing.
 */
export async function planWorkspace(question: WorkspaceQuestion): Promise<PlannedWorkspace> {
  try {
    return await plan(question);
  } catch (error) {
    return refused(`The workspace cannot be used: ${messageOf(error)}. Choose another with --workspace.`);
  }
}

async function plan(question: WorkspaceQuestion): Promise<PlannedWorkspace> {
  const { crew, sha256: contentHash, file, isForeign, rehearsal, choice, dataWorkspaces } = question;
  if (choice !== null) return planChosen({ ...choice, path: resolve(choice.path) }, dataWorkspaces);
  const named = crew.settings.workspace;
  const why = named === undefined ? null : workspaceNameProblem(named);
  if (why !== null) return refusedName(`settings.workspace is "${named}", which ${why}`);
  if (file === null) {
    const name = isForeign ? scratchName(crew.name, contentHash) : crew.name;
    return planData(name, dataWorkspaces, null);
  }
  const nextToFile = await planNextToFile(dirname(resolve(file)), named);
  if (!isForeign) return nextToFile;
  if (!nextToFile.ok && named !== undefined) return nextToFile;
  const exists = nextToFile.ok && nextToFile.plan.state !== 'missing';
  if (exists && named !== undefined && !rehearsal && nextToFile.plan.state === 'existing') return nextToFile;
  return planData(
    scratchName(crew.name, `${await realPathOf(file)} ${contentHash}`),
    dataWorkspaces,
    exists ? nextToFile.plan.path : null,
  );
}

async function planChosen({ path, by }: WorkspaceChoice, dataWorkspaces: string): Promise<PlannedWorkspace> {
  const real = await realPathOf(path);
  const data = await realPathOf(dataWorkspaces);
  if (isBelow(data, real)) return planData(relative(data, real), dataWorkspaces, null);
  const home = await realPathOf(homedir());
  // An earlier run may have used a workspace in a hidden folder.
  const why = by === 'person' ? chosenFolderProblem(real, home) : fixedFolderProblem(real, home);
  if (why !== null) return refused(`${path} is ${why}. Choose another folder for the workspace with --workspace.`);
  if (by !== 'person' && real !== path) return refused(`${path}, where the run worked, is now a link to ${real}.`);
  const chosenBy = by === 'same_run' ? 'crewlane' : by;
  return found({ path: real, chosenBy, within: null, untrustedFolder: null });
}

/** Folders in the data folder belong to Crewlane, regardless of their content. */
async function planData(
  name: string,
  dataWorkspaces: string,
  untrustedFolder: string | null,
): Promise<PlannedWorkspace> {
  const within = await realPathOf(dataWorkspaces);
  const path = join(within, name);
  return { ok: true, plan: { path, chosenBy: 'crewlane', state: 'created', entries: 0, within, untrustedFolder } };
}

async function planNextToFile(folder: string, named: string | undefined): Promise<PlannedWorkspace> {
  const within = await realpath(folder);
  const path = join(within, ...(named ?? 'workspace').split(/[/\\]/));
  const subject =
    named === undefined ? `The workspace of this crew is ${path}, and` : `settings.workspace is "${named}", and`;
  const step = await firstNonFolder(within, path);
  if (step !== null) return refusedName(`${subject} ${step} is a link or a file`);
  const isOwn = (await workspaceKind(path)) === 'created';
  const why = isOwn ? null : await repositoryProblem(path);
  if (why !== null) return refusedName(`${subject} ${path} ${why}`);
  return found({ path, chosenBy: named === undefined ? 'crewlane' : 'file', within, untrustedFolder: null });
}

/** Completes a plan with the path as the file system spells it, which may differ in case or Unicode form. */
async function found(use: Omit<WorkspacePlan, 'state' | 'entries'>): Promise<PlannedWorkspace> {
  const path = await realPathOf(use.path);
  return { ok: true, plan: { ...use, path, ...(await inspectFolder(path)) } };
}

/** Lists the content of a possible workspace. Rejects with a system error, also if the path is a file. */
export async function inspectFolder(path: string): Promise<Pick<WorkspaceUse, 'state' | 'entries'>> {
  try {
    const entries = (await readdir(path)).filter((name) => name !== CREWLANE_FOLDER).length;
    if ((await workspaceKind(path)) === 'created') return { state: 'created', entries };
    return { state: entries === 0 ? 'empty' : 'existing', entries };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { state: 'missing', entries: 0 };
    throw error;
  }
}

/**
 * Returns the name of the folder of an untrusted crew. Another crew with the same name, even at the same path later,
 * has another folder, so that it can neither read nor change the files of the first one.
 */
function scratchName(crew: string, identity: string): string {
  return `${crew}-${sha256(identity).slice(0, 12)}`;
}

function refused(message: string): PlannedWorkspace {
  return { ok: false, message, path: '' };
}

function refusedName(what: string): PlannedWorkspace {
  const message = `${what}. Use another folder below the folder of the crew file, or choose one with --workspace or in the window.`;
  return { ok: false, message, path: 'settings.workspace' };
}
