const MAX_STARS = 3;
const MAX_FOLDER_STARS = 2;
const MAX_GROUPS = 1;

/**
 * Whether matching a path against the pattern takes a bounded time. Patterns are matched by backtracking, whose time grows
 * with the power of the number of wildcards: nine of them take ten seconds for a path of 40 characters.
 */
export function isBoundedGlob(glob: string): boolean {
  const names = glob.split('/');
  const folderStars = names.filter((name) => name === '**').length;
  const stars =
    names
      .filter((name) => name !== '**')
      .join('/')
      .split('*').length - 1;
  const groups = glob.split('{').length - 1;
  return stars <= MAX_STARS && folderStars <= MAX_FOLDER_STARS && groups <= MAX_GROUPS;
}
