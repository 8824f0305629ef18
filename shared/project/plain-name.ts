/**
 * A name as file systems may read it, for comparisons: Unicode form, case, invisible characters, a stream after a colon,
 * and dots and spaces at the end make no difference.
 */
export function plainName(name: string): string {
  const visible = name.normalize('NFKC').replaceAll(/[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, '');
  const ended = visible.replace(/:.*$/s, '').replace(/[. ]+$/, '');
  // Upper case first: some letters, such as the long s, have a lower case of their own.
  return ended.toUpperCase().toLowerCase();
}

/** Whether a name has the form of a short name (8.3) of Windows, such as `GIT~1`, under which any name can be reached. */
export function isShortName(name: string): boolean {
  return /~\d/.test(plainName(name));
}

/** Whether a folder of this name contains the metadata of a repository. */
export function isRepositoryMetadata(name: string): boolean {
  const plain = plainName(name);
  return REPOSITORIES.has(plain) || /^(git|hg|svn)~\d/.test(plain);
}

const REPOSITORIES: ReadonlySet<string> = new Set(['.git', '.hg', '.svn']);
