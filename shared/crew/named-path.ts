import { workspaceNameProblem } from './workspace-name.ts';

/**
 * Returns why a crew file cannot name this file, such as a script, as the end of a sentence, or null if it can: the file
 * must be below the folder of the crew file. Whether a link is on the way is checked when the file is read.
 */
export function namedPathProblem(named: string): string | null {
  return workspaceNameProblem(named) ?? (/[/\\]\.?$/.test(named) ? 'names a folder' : null);
}
