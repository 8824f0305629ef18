/** What others would run later: the repository's own folder, and crew files. */
export type Protected = 'git' | 'crew_file';

/** Why nothing that a run does may write to a path below its workspace; null: it may. */
export function protectedPath(path: string): Protected | null {
  const steps = path.split(/[/\\]/).map(plainName);
  if (steps.some((step) => step === '.git' || step === 'git~1')) return 'git';
  return steps.at(-1)?.endsWith('.crew.json') ? 'crew_file' : null;
}

/** A name as file systems may take it: case, invisible characters, what follows a colon, dots and spaces at its end do not count. */
function plainName(step: string): string {
  const visible = step.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '').replace(/:.*$/, '');
  return visible.replace(/[. ]+$/, '').toLowerCase();
}

/** Paths that name more folders are refused: each of them costs a look at every folder above it. */
export const MAX_FOLDERS = 64;

/** Whether a path names more folders, one inside the other, than `MAX_FOLDERS`. */
export function isTooDeep(path: string): boolean {
  return path.split(/[/\\]/).filter((step) => step !== '' && step !== '.').length > MAX_FOLDERS + 1;
}
