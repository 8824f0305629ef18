/** Returns the grant that lets tools run a script with this content. */
export function scriptGrant(script: string, sha256: string): string {
  return `script ${sha256} ${script}`;
}

/** Returns the grant that lets runs use a folder as their workspace. @param path its real path */
export function workspaceGrant(path: string): string {
  return `workspace ${path}`;
}

/** Returns the folder of a workspace grant; null for other grants. */
export function workspaceOfGrant(grant: string): string | null {
  const prefix = workspaceGrant('');
  return grant.startsWith(prefix) ? grant.slice(prefix.length) : null;
}
