import type { Project } from '../../shared/project/schema.ts';
import { serializeProject } from '../../shared/project/serialize.ts';
import { loadProject } from '../project/load.ts';
import { resolveWorkspace } from '../project/workspace.ts';
import type { DataFolders } from './data-folder.ts';
import { isBelow } from './is-below.ts';
import type { LaunchRefusal } from './launch.ts';
import { realOf } from './real-path.ts';

/** What is to go on, or to be run again, as its folder tells of it. */
export interface Kept {
  what: 'run' | 'batch';
  dir: string;
  /** What would be run. */
  project: Project;
  /** No model is to be asked. */
  rehearsal: boolean;
  file: string | null;
  workspace: string;
}

/**
 * Refuses what comes from elsewhere and has nobody's consent: its folder names addresses that keys would go to, and a
 * folder that tools would write in. A rehearsal needs none where its tools work in the folder that the very crew's file
 * on this machine has for them: rehearsing that file would do the same.
 */
export async function refuseForeign(
  kept: Kept,
  { trust, folders }: { trust: boolean; folders: Pick<DataFolders, 'runs' | 'workspaces'> },
): Promise<LaunchRefusal | null> {
  if (trust || (await isBelow(folders.runs, kept.dir))) return null;
  if (kept.rehearsal && (await isWorkspaceOfFile(kept, folders))) return null;
  const { what, dir, workspace, rehearsal } = kept;
  const models = rehearsal ? '' : ', and its models be asked where its folder says';
  const need = `The ${what} in ${dir} was not started by this application. Its tools would work in ${workspace}${models}.`;
  const files = what === 'run' ? 'project.crew.json' : 'project.crew.json and batch.json';
  const message = `${need} Give your consent with --trust once you have looked at its ${files}.`;
  return { ok: false, consent: [need], failure: { kind: 'consent', message } };
}

async function isWorkspaceOfFile({ project, file, workspace }: Kept, folders: Pick<DataFolders, 'workspaces'>) {
  if (file === null) return false;
  const now = await loadProject(file);
  if (!now.ok || serializeProject(now.project) !== serializeProject(project)) return false;
  const own = resolveWorkspace({ project, file, override: null, fallbackFolder: folders.workspaces });
  if (!own.ok || own.within === null || !(await isBelow(own.within, own.path))) return false;
  return (await realOf(own.path)) === (await realOf(workspace));
}
