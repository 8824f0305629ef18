import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';

/** Whether a path is inside a folder, links followed. */
export async function isBelow(folder: string, path: string): Promise<boolean> {
  const real = async (given: string) => realpath(given).catch(() => given);
  return (await real(path)).startsWith((await real(folder)) + sep);
}
