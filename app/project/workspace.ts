import { access, constants, mkdir, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Project } from '../../shared/project/schema.ts';

export interface WorkspaceQuestion {
  project: Project;
  /** The crew's own file; null for one that was never saved, or ships with the application. */
  file: string | null;
  /** Chosen by a person, for this run: may be anywhere. */
  override: string | null;
  /** Where workspaces of crews without a file of their own are. */
  fallbackFolder: string;
}

export type Workspace = { ok: true; path: string } | { ok: false; message: string };

/**
 * Which folder the tools work in: what a person chose; else `settings.workspace`, inside the file's own folder; else
 * `workspace` beside the file. It is made by `ensureWorkspace`, when the run starts.
 */
export function resolveWorkspace({ project, file, override, fallbackFolder }: WorkspaceQuestion): Workspace {
  if (override !== null) return { ok: true, path: resolve(override) };
  if (file === null) return { ok: true, path: join(fallbackFolder, project.name) };
  const home = dirname(resolve(file));
  const named = project.settings.workspace ?? 'workspace';
  const path = resolve(home, named);
  if (!isAbsolute(named) && isInside(home, path)) return { ok: true, path };
  const message = `settings.workspace is "${named}", outside the crew's own folder ${home}. Only a person may choose such a folder: use --workspace, or choose it in the window.`;
  return { ok: false, message };
}

/** Makes the folder where it is missing. @returns its real path */
export async function ensureWorkspace(path: string): Promise<Workspace> {
  try {
    await mkdir(path, { recursive: true });
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

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
