import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Problem } from '../../../shared/crew/problem.ts';
import { findProvider } from '../../../shared/crew/providers.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { workspaceGrant } from '../../../shared/trust/grants.ts';
import { grantsOf, type Permission } from '../../../shared/trust/permission.ts';
import { permissionsOf } from '../../../shared/trust/permissions.ts';
import { isInside, realPathOf } from '../../base/contained-path.ts';
import { chosenFolderProblem, fixedFolderProblem } from '../../crew-file/chosen-folder.ts';
import { contentHash } from '../../crew-file/content-hash.ts';
import type { LoadedCrew } from '../../crew-file/load.ts';
import { loadLinkedCrew } from '../../crew-file/load-linked.ts';
import { readScripts } from '../../crew-file/scripts.ts';
import { planWorkspace } from '../../crew-file/workspace.ts';
import type { DataFolders } from '../data-folder.ts';
import { chooseModels, type ModelOverrides } from '../models.ts';
import { modelCalls } from './model-calls.ts';
import { hashesOf } from './permit.ts';
import { anyNameGrant, withCrew, withFolder, withGrants, withoutCrew, withoutFolder } from './trust-changes.ts';
import { readTrust, updateTrust } from './trust-store.ts';

type Folders = Pick<DataFolders, 'trustFile' | 'workspaces'>;
type Refusal = { ok: false; problems: readonly Problem[] };

/** The result of trusting `path`. `what` is `crew` for a crew file and `folder` for a folder of crew files. */
export type TrustResult =
  | { ok: true; what: 'crew' | 'folder'; path: string; permissions: readonly Permission[] }
  | Refusal;

const AS_FILE: ModelOverrides = { provider: null, baseUrl: null, model: null };

/** Trusts the content of a crew file and allows what it names, or trusts the crew files in a folder. */
export async function trustPath(path: string, folders: Folders): Promise<TrustResult> {
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() ?? false;
  return isFolder ? trustFolder(path, folders) : trustCrew(path, folders);
}

async function trustCrew(file: string, folders: Folders): Promise<TrustResult> {
  const loaded = await loadLinkedCrew(file);
  if (!loaded.ok) return loaded;
  const { crew } = loaded;
  const reviewed = await reviewCrew(crew, file, folders);
  if (!reviewed.ok) return reviewed;
  const { permissions } = reviewed;
  const refusal = await trustContent({ crew, file, permissions }, folders);
  return refusal ?? { ok: true, what: 'crew', path: await realPathOf(file), permissions };
}

/** Returns the permissions that a real run of a crew needs, for a person who decides whether to trust it. */
export async function reviewCrew(
  crew: Crew,
  file: string | null,
  folders: Pick<Folders, 'workspaces'>,
): Promise<{ ok: true; permissions: readonly Permission[] } | Refusal> {
  const models = chooseModels(crew, AS_FILE);
  if (!models.ok) return models;
  const planned = await planWorkspace({
    crew,
    sha256: contentHash(crew),
    file,
    isForeign: false,
    rehearsal: false,
    choice: null,
    dataWorkspaces: folders.workspaces,
  });
  if (!planned.ok) return refused('workspace', planned.message, planned.path);
  const read = await readScripts(crew, file === null ? null : dirname(file));
  if (!read.ok) return read;
  // A key that is not set now may be set when the crew runs.
  const sendsKey = (provider: string) => (findProvider(provider)?.keyVariable ?? null) !== null;
  const calls = modelCalls({
    crew,
    overrides: AS_FILE,
    agents: models.agents,
    embeddings: models.embeddings,
    sendsKey,
  });
  const { plan: workspace } = planned;
  const scripts = hashesOf(read.scripts);
  const choices = { file, rehearsal: false, calls, workspace, grants: new Set<string>(), scripts };
  return { ok: true, permissions: permissionsOf(crew, 'trusted', choices) };
}

interface ReviewedCrew {
  crew: Crew;
  file: string | null;
  permissions: readonly Permission[];
}

/** Trusts the content of a crew and allows what the person has seen. Returns why that failed, or null. */
export async function trustContent(
  { crew, file, permissions }: ReviewedCrew,
  { trustFile }: Pick<Folders, 'trustFile'>,
): Promise<Refusal | null> {
  const real = file === null ? null : await realPathOf(file);
  const trusted = { sha256: contentHash(crew), file: real, grants: grantsOf(permissions) };
  const stored = await updateTrust(trustFile, (record) => withCrew(record, trusted));
  return stored.ok ? null : refused('disk', stored.message);
}

/** Trusts the crew files in a folder. */
export async function trustFolder(path: string, { trustFile }: Pick<Folders, 'trustFile'>): Promise<TrustResult> {
  const real = await realPathOf(path);
  const why = fixedFolderProblem(real, await realPathOf(homedir()));
  if (why !== null)
    return refused('folder', `${path} is ${why}, which is too broad to trust. Choose a folder of crews.`);
  const stored = await updateTrust(trustFile, (record) => withFolder(record, real));
  return stored.ok ? { ok: true, what: 'folder', path: real, permissions: [] } : refused('disk', stored.message);
}

/** Allows an existing folder as a workspace. With `isAnyName`, tools may write every file name in it. */
export async function allowWorkspace(
  path: string,
  isAnyName: boolean,
  { trustFile }: Folders,
): Promise<{ ok: true; path: string } | Refusal> {
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() ?? false;
  if (!isFolder) return refused('workspace', `The folder ${path} does not exist. Choose an existing folder.`);
  const real = await realPathOf(path);
  const why = chosenFolderProblem(real, await realPathOf(homedir()));
  if (why !== null)
    return refused('workspace', `${path} is ${why}, which cannot be a workspace. Choose another folder.`);
  const grants = [workspaceGrant(real), ...(isAnyName ? [anyNameGrant(real)] : [])];
  const stored = await updateTrust(trustFile, (record) => withGrants(record, grants, null));
  return stored.ok ? { ok: true, path: real } : refused('disk', stored.message);
}

/**
 * Revokes trust in a crew file or a folder, which may no longer exist.
 * @returns the folder through which the file is still trusted, or null
 */
export async function revokeTrust(
  path: string,
  { trustFile }: Folders,
): Promise<{ ok: true; path: string; stillIn: string | null } | Refusal> {
  const real = await realPathOf(path).catch(() => resolve(path));
  const before = await readTrust(trustFile);
  const loaded: LoadedCrew = await loadLinkedCrew(real);
  const sha256 = loaded.ok ? contentHash(loaded.crew) : null;
  const stored = await updateTrust(trustFile, (record) => withoutFolder(withoutCrew(record, real, sha256), real));
  if (!stored.ok) return refused('disk', stored.message);
  const { record } = stored;
  const stillIn = record.folders.find((folder) => isInside(folder, real)) ?? null;
  const sizes = ({ own, crews, folders, grants }: typeof record) =>
    own.length + crews.length + folders.length + grants.length;
  if (sizes(record) === sizes(before) && stillIn === null)
    return refused(
      'trust',
      `${path} is not trusted, so nothing was changed. Run "crewlane trust --list" to see what is trusted.`,
    );
  return { ok: true, path: real, stillIn };
}

/** Revokes trust in a content without a file. Returns why that failed, or null. */
export async function revokeContent(
  sha256: string,
  { trustFile }: Pick<Folders, 'trustFile'>,
): Promise<Refusal | null> {
  const stored = await updateTrust(trustFile, (record) => withoutCrew(record, '', sha256));
  return stored.ok ? null : refused('disk', stored.message);
}

function refused(code: string, message: string, path = ''): Refusal {
  return { ok: false, problems: [{ code, message, path, line: 0, column: 0 }] };
}
