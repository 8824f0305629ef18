import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isAlive } from '../engine/process-identity.ts';
import { LOCK_FILE } from '../engine/storage.ts';

const lockSchema = z.object({ holder: z.object({ pid: z.int().positive(), start: z.string().nullable() }) });

/** Whether a living process carries the run of this folder. */
export async function isCarried(dir: string): Promise<boolean> {
  try {
    const lock = lockSchema.parse(JSON.parse(await readFile(join(dir, LOCK_FILE), 'utf8')));
    return await isAlive(lock.holder);
  } catch {
    return false; // No lock, or none that can be read as one.
  }
}
