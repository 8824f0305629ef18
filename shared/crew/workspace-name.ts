import { isRepositoryMetadata, isShortName, plainName } from './plain-name.ts';

/**
 * Returns why a crew file cannot name this folder in `settings.workspace`, as the end of a sentence, or null if it can.
 * The rule is the same on every system, so both `/` and `\` separate names. Whether a link or a repository is on the
 * way is checked on the real path when a run starts.
 */
export function workspaceNameProblem(named: string): string | null {
  if (/^([/\\]|[A-Za-z]:)/.test(named)) return 'is an absolute path';
  const steps = named.split(/[/\\]/);
  if (steps.some((step) => /^~/.test(step))) return 'begins with "~"';
  if (steps.some((step) => plainDots(step) === '..')) return 'has ".." in it';
  const names = steps.filter((step) => step !== '' && step !== '.');
  if (names.length === 0) return "is the crew file's own folder";
  for (const name of names) {
    const problem = nameProblem(name);
    if (problem !== null) return problem;
  }
  return null;
}

function nameProblem(name: string): string | null {
  if (isRepositoryMetadata(name) || plainName(name).endsWith('.git')) return 'leads into the metadata of a repository';
  if (plainName(name) === 'node_modules') return 'leads into node_modules';
  if (plainDots(name).startsWith('.')) return 'has a folder whose name begins with a dot';
  if (isShortName(name)) return 'has a short name (such as "GIT~1")';
  if (/[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/u.test(name)) return 'has an invisible character';
  if (/[:<>"|?*]/.test(name) || /[. ]$/.test(name) || /^ /.test(name))
    return 'has a name that not every system accepts';
  return null;
}

/** Returns the name without invisible characters, spaces and streams, to reveal dots at its beginning and end. */
function plainDots(name: string): string {
  return name
    .normalize('NFKC')
    .replaceAll(/[\p{Default_Ignorable_Code_Point}\p{C}\s]/gu, '')
    .replace(/:.*$/s, '');
}
