import { relative } from 'node:path';
import { isRepositoryMetadata } from '../../shared/crew/plain-name.ts';
import { type Protected, protectedPath } from '../../shared/crew/protected-path.ts';
import { workspaceKind } from './workspace-mark.ts';

/**
 * Returns why a run with this workspace cannot write to `path`, or null if it can. Tools, `output_file` and `prepare`
 * all use this rule. Both are real paths, or `path` is the real path of a folder and a new name in it.
 */
export async function writeRefusal(workspace: string, path: string): Promise<Protected | null> {
  if (path.split(/[/\\]/).some(isRepositoryMetadata)) return 'git';
  const below = relative(workspace, path);
  const always = protectedPath(below);
  if (always !== null || protectedPath(below, true) === null) return always;
  const kind = await workspaceKind(workspace);
  return kind === 'created' || kind === 'any_name' ? null : 'acted_on';
}
