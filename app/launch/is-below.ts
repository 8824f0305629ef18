import { sep } from 'node:path';
import { realOf } from './real-path.ts';

/** Whether a path is inside a folder, links followed. */
export async function isBelow(folder: string, path: string): Promise<boolean> {
  return (await realOf(path)).startsWith((await realOf(folder)) + sep);
}
