import { sep } from 'node:path';
import { realOf } from '../base/real-path.ts';

/** Whether a path is inside a folder, links followed. */
export async function isInside(folder: string, path: string): Promise<boolean> {
  return (await realOf(path)).startsWith((await realOf(folder)) + sep);
}
