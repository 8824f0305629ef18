/**
 * Normalizes a name for comparisons, as file systems may read it: ignores Unicode form, case, invisible characters, a
 * stream after a colon, and trailing dots and spaces.
 */
export function plainName(name: string): string {
  const visible = name.normalize('NFKC').replaceAll(/[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, '');
  const ended = visible.replace(/:.*$/s, '').replace(/[. ]+$/, '');
  // Converts to upper case first, because some letters, such as the long s, have a separate lower case.
  return ended.toUpperCase().toLowerCase();
}

/** Whether a name looks like a short name (8.3) of Windows, such as `GIT~1`, which can refer to any name. */
export function isShortName(name: string): boolean {
  return /~\d/.test(plainName(name));
}

/** Whether a folder of this name contains the metadata of a repository. */
export function isRepositoryMetadata(name: string): boolean {
  const plain = plainName(name);
  return REPOSITORIES.has(plain) || /^(git|hg|svn)~\d/.test(plain);
}

const REPOSITORIES: ReadonlySet<string> = new Set(['.git', '.hg', '.svn']);
