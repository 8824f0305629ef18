/** Whether a path ends with the name of a file, so that a result can be written under it. */
export function namesFile(path: string): boolean {
  const last = path.split(/[/\\]/).at(-1)?.trim() ?? '';
  return last !== '' && last !== '.' && !path.includes('\0');
}

/**
 * Returns the same text for every spelling of a file. Ignores case, `./`, separators, Unicode form, and the dots and
 * spaces that Windows drops at the end of a name.
 */
export function fileKey(path: string): string {
  const steps = path.normalize('NFC').toLowerCase().split(/[/\\]/);
  return steps
    .filter((step) => step !== '' && step !== '.')
    .map((step) => step.replace(/[. ]+$/, ''))
    .join('/');
}
