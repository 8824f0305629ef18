import type { Crew } from '../../shared/crew/schema.ts';
import { comparablePath, leadsBelow } from '../base/contained-path.ts';
import { contentHash } from '../crew-file/content-hash.ts';
import { loadLinkedCrew } from '../crew-file/load-linked.ts';
import { planWorkspace } from '../crew-file/workspace.ts';
import type { DataFolders } from './data-folder.ts';
import type { LaunchRefusal } from './prepare-launch.ts';
import { originOf } from './trust/origin.ts';
import { readTrust } from './trust/trust-store.ts';

/** A run or batch to resume or rerun, as described by its folder. */
export interface StoredRun {
  what: 'run' | 'batch';
  dir: string;
  /** The crew that would run. */
  crew: Crew;
  /** No model would be called. */
  rehearsal: boolean;
  file: string | null;
  workspace: string;
}

/**
 * Refuses an external run or batch without trust, because its folder names addresses that would be called and a
 * workspace that tools would write to. A rehearsal is allowed if it uses the same workspace as a rehearsal of the crew
 * file on this machine. @returns the refusal, or null
 */
export async function requireConsentForExternal(
  stored: StoredRun,
  { trust, folders }: { trust: boolean; folders: Pick<DataFolders, 'runs' | 'workspaces' | 'trustFile'> },
): Promise<LaunchRefusal | null> {
  const { what, dir, workspace, rehearsal } = stored;
  if (trust || (await leadsBelow(folders.runs, dir))) return null;
  if (rehearsal && (await isWorkspaceOfFile(stored, folders))) return null;
  const models = rehearsal ? '' : ' and call the models named in its folder';
  const files = what === 'run' ? 'project.crew.json' : 'project.crew.json and batch.json';
  const message = `The ${what} in ${dir} was not started by this application. It would use the workspace ${workspace}${models}. Check ${files} in this folder, then pass --trust.`;
  return { ok: false, problems: [{ code: 'consent', message, path: '', line: 0, column: 0 }] };
}

async function isWorkspaceOfFile(
  { crew, file, workspace }: StoredRun,
  folders: Pick<DataFolders, 'workspaces' | 'trustFile'>,
): Promise<boolean> {
  if (file === null) return false;
  const now = await loadLinkedCrew(file);
  if (!now.ok || contentHash(now.crew) !== contentHash(crew)) return false;
  const isForeign = (await originOf(await readTrust(folders.trustFile), crew, file)) === 'foreign';
  const dataWorkspaces = folders.workspaces;
  const planned = await planWorkspace({
    crew,
    sha256: contentHash(crew),
    file,
    isForeign,
    rehearsal: true,
    choice: null,
    dataWorkspaces,
  });
  return planned.ok && planned.plan.path === (await comparablePath(workspace));
}
