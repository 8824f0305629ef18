import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LOCK_FILE } from '../journal/storage.ts';

const lockSchema = z.object({ slots: z.array(z.object({ pid: z.int() })) });

/** Returns the ids of the slot processes that the lock of a run or a batch lists; empty if the folder has no lock. */
export async function listedSlots(dir: string): Promise<number[]> {
  const text = await readFile(join(dir, LOCK_FILE), 'utf8').catch(() => null);
  return text === null ? [] : lockSchema.parse(JSON.parse(text)).slots.map(({ pid }) => pid);
}
