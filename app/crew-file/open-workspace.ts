import { access, constants } from 'node:fs/promises';
import { firstNonFolder, realPathOf } from '../base/contained-path.ts';
import { makeFolders } from '../base/make-folders.ts';
import { messageOf } from '../base/system-error.ts';
import { markWorkspace, type WorkspaceKind, workspaceKind } from '../base/workspace-mark.ts';
import { inspectFolder, type WorkspacePlan } from './workspace.ts';

/** `path`: a real path. */
export type ReadyWorkspace = { ok: true; path: string } | { ok: false; message: string };

/**
 * Creates the folder of a plan if it is missing, and marks it as a workspace. Refuses a folder that has changed since
 * the plan, such as by a new link or new files.
 * @param confirmedAs how a folder is marked that had content
 */
export async function openWorkspace(
  { path, within, state }: WorkspacePlan,
  confirmedAs: 'existing' | 'any_name',
): Promise<ReadyWorkspace> {
  const kind = state === 'existing' ? confirmedAs : 'created';
  return open(path, within, kind, async () => {
    const now = state === 'missing' || state === 'empty' ? (await inspectFolder(path)).state : state;
    return now !== 'existing' || state === 'existing';
  });
}

/** Creates the workspace of a row inside the workspace of its batch, which is a real path. */
export async function openRowWorkspace(path: string, batch: string): Promise<ReadyWorkspace> {
  return open(path, batch, (await workspaceKind(batch)) ?? 'existing', async () => true);
}

async function open(
  path: string,
  within: string | null,
  kind: WorkspaceKind,
  isUnchanged: () => Promise<boolean>,
): Promise<ReadyWorkspace> {
  try {
    const step = within === null ? null : await firstNonFolder(within, path);
    if (step !== null) return refused(path, `${step} is a link or a file`);
    if ((await realPathOf(path)) !== path) return refused(path, CHANGED);
    await makeFolders(path, 'default');
    if ((await realPathOf(path)) !== path || !(await isUnchanged())) return refused(path, CHANGED);
    await access(path, constants.W_OK);
    await markWorkspace(path, kind);
    return { ok: true, path };
  } catch (error) {
    return refused(path, messageOf(error));
  }
}

const CHANGED = 'the folder was changed just now';

function refused(path: string, why: string): ReadyWorkspace {
  const message = `The workspace ${path} cannot be used: ${why}. Choose another with --workspace, or change its permissions.`;
  return { ok: false, message };
}
