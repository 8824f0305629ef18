import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../base/json-file.ts';
import { LOCK_FILE } from '../engine/journal/storage.ts';
import { isAlive } from '../engine/locks/process-identity.ts';

const lockSchema = z.object({ holder: z.object({ pid: z.int().positive(), start: z.string().nullable() }) });

/** Whether a living process carries the run of this folder. */
export async function isRunLocked(dir: string): Promise<boolean> {
  const read = await readJsonFile(join(dir, LOCK_FILE));
  const lock = lockSchema.safeParse(read.ok ? read.value : null);
  return lock.success && isAlive(lock.data.holder);
}
