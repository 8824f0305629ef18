import type { Crew } from '../../shared/project/schema.ts';
import { serializeProject } from '../../shared/project/serialize.ts';
import { comparablePath, leadsBelow } from '../base/contained-path.ts';
import { loadProject } from '../project/load.ts';
import { planWorkspace } from '../project/workspace.ts';
import type { DataFolders } from './data-folder.ts';
import type { LaunchRefusal } from './launch.ts';
import { contentHash } from './trust/content-hash.ts';
import { originOf } from './trust/origin.ts';
import { readTrust } from './trust/trust-store.ts';

/** What is to go on, or to be run again, as its folder tells of it. */
export interface StoredRun {
  what: 'run' | 'batch';
  dir: string;
  /** What would be run. */
  project: Crew;
  /** No model is to be asked. */
  rehearsal: boolean;
  file: string | null;
  workspace: string;
}

/**
 * Refuses a run or a batch from elsewhere that nobody trusts: its folder names addresses that would be called, and a
 * folder that tools would write to. A rehearsal is not refused where its tools work in the folder that a rehearsal of
 * the same crew's file on this machine would use.
 */
export async function requireConsentForExternal(
  kept: StoredRun,
  { trust, folders }: { trust: boolean; folders: Pick<DataFolders, 'runs' | 'workspaces' | 'trustFile'> },
): Promise<LaunchRefusal | null> {
  const { what, dir, workspace, rehearsal } = kept;
  if (trust || (await leadsBelow(folders.runs, dir))) return null;
  if (rehearsal && (await isWorkspaceOfFile(kept, folders))) return null;
  const models = rehearsal ? '' : ' and call the models that its folder names';
  const files = what === 'run' ? 'project.crew.json' : 'project.crew.json and batch.json';
  const message = `The ${what} in ${dir} was not started by this application. It would work in ${workspace}${models}. Look at its ${files}, and allow it with --trust.`;
  return { ok: false, problems: [{ code: 'consent', message, path: '', line: 0, column: 0 }] };
}

async function isWorkspaceOfFile(
  { project, file, workspace }: StoredRun,
  folders: Pick<DataFolders, 'workspaces' | 'trustFile'>,
): Promise<boolean> {
  if (file === null) return false;
  const now = await loadProject(file);
  if (!now.ok || serializeProject(now.project) !== serializeProject(project)) return false;
  const isForeign = (await originOf(await readTrust(folders.trustFile), project, file)) === 'foreign';
  const dataWorkspaces = folders.workspaces;
  const planned = await planWorkspace({
    project,
    sha256: contentHash(project),
    file,
    isForeign,
    rehearsal: true,
    choice: null,
    dataWorkspaces,
  });
  return planned.ok && planned.plan.path === (await comparablePath(workspace));
}
