import { realpath } from 'node:fs/promises';

/** A path with its links followed; as it was given where there is nothing. */
export function realOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
