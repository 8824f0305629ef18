import type { Choices, WorkspaceUse } from './choices.ts';
import { workspaceGrant } from './grants.ts';
import type { Wanted } from './wanted.ts';

/** Returns the use of the folder that tools and results write to. */
export function workspaceUse({ workspace }: Choices): Wanted[] {
  const { path, chosenBy, state, entries } = workspace;
  return [
    {
      capability: { kind: 'workspace', path, entries },
      sentence: `Reads and writes in the folder ${path}${aboutFolder(workspace)}.`,
      path: chosenBy === 'file' ? 'settings.workspace' : '',
      grant: state === 'existing' ? workspaceGrant(path) : null,
      free: state !== 'existing' && chosenBy !== 'earlier_run',
    },
  ];
}

function aboutFolder({ chosenBy, state, entries }: WorkspaceUse): string {
  const count = entries === 1 ? '1 entry' : `${entries} entries`;
  if (state === 'existing') return `, which Crewlane did not create (${count})`;
  return chosenBy === 'earlier_run' ? ', the workspace of an earlier run' : '';
}
