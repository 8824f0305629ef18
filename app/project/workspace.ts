import { access, constants, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Project } from '../../shared/project/schema.ts';
import { makeFolders } from '../base/make-folders.ts';

export interface WorkspaceQuestion {
  project: Project;
  /** The crew's own file; null for one that was never saved, or ships with the application. */
  file: string | null;
  /** Chosen by a person, for this run: may be anywhere. */
  override: string | null;
  /** Where workspaces of crews without a file of their own are. */
  fallbackFolder: string;
}

export interface WorkspaceFolder {
  path: string;
  /** The folder that it may not leave, not even by a link; null where a person or the application chose it. */
  within: string | null;
}

export type ResolvedWorkspace = ({ ok: true } & WorkspaceFolder) | { ok: false; message: string };
export type ReadyWorkspace = { ok: true; path: string } | { ok: false; message: string };

/**
 * Which folder the tools work in: what a person chose; else `settings.workspace`, inside the file's own folder; else
 * `workspace` beside the file. It is made by `ensureWorkspace`, when the run starts.
 */
export function resolveWorkspace({ project, file, override, fallbackFolder }: WorkspaceQuestion): ResolvedWorkspace {
  if (override !== null) return { ok: true, path: resolve(override), within: null };
  if (file === null) return { ok: true, path: join(fallbackFolder, project.name), within: null };
  const home = dirname(resolve(file));
  const named = project.settings.workspace ?? 'workspace';
  const path = resolve(home, named);
  if (!isAbsolute(named) && isInside(home, path)) return { ok: true, path, within: home };
  return outside(`settings.workspace is "${named}"`, home);
}

/** Makes the folder where it is missing. @returns its real path */
export async function ensureWorkspace({ path, within }: WorkspaceFolder): Promise<ReadyWorkspace> {
  try {
    if (within !== null && !isInside(await realpath(within), await nearestRealPath(path))) {
      return outside(`The workspace ${path} leads by a link`, within);
    }
    await makeFolders(path, 'default');
    await access(path, constants.W_OK);
    return { ok: true, path: await realpath(path) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      message: `The workspace ${path} cannot be written: ${reason}. Choose another with --workspace, or change its permissions.`,
    };
  }
}

function outside(what: string, home: string): { ok: false; message: string } {
  const message = `${what}, outside the crew's own folder ${home}. Only a person may choose such a folder: use --workspace, or choose it in the window.`;
  return { ok: false, message };
}

/** The real path of what exists of a path: where it would be made. */
async function nearestRealPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT' && dirname(path) !== path;
    if (!missing) throw error;
    return nearestRealPath(dirname(path));
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
