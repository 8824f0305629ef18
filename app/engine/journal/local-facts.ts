import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { EventOf } from '../../../shared/run/events.ts';
import { createFile } from '../../base/folder-handle.ts';
import { readJsonFile } from '../../base/json-file.ts';

/** The file of a run's folder with what depends on this machine. The journal contains no path of a machine. */
export const LOCAL_FILE = 'local.json';

const FORMAT = 'crewlane-local/1';

/** It contains two paths. Opening a crew reads this file of many runs. */
const MAX_BYTES = 64 * 1024;

const localFactsSchema = z.object({
  /** The real path of the workspace. */
  workspace: z.string().refine(isAbsolute),
  /** The path of the crew file that was run; null for a crew that was never saved. */
  file: z.string().refine(isAbsolute).nullable(),
  /** The recording that the run writes or replays; absent: neither. */
  recording: z
    .discriminatedUnion('mode', [
      z.object({ mode: z.literal('record'), file: z.string().refine(isAbsolute), crewSha256: z.string() }),
      z.object({ mode: z.literal('replay'), file: z.string().refine(isAbsolute), speed: z.number().nonnegative() }),
    ])
    .optional(),
});
export type LocalFacts = z.infer<typeof localFactsSchema>;

const fileSchema = localFactsSchema.extend({ format: z.literal(FORMAT) });

/** Stores the facts in the new folder of a run. */
export async function writeLocalFacts(dir: string, facts: LocalFacts): Promise<void> {
  await createFile(join(dir, LOCAL_FILE), JSON.stringify({ format: FORMAT, ...facts }));
}

/**
 * Reads the facts of a run from its folder. `started`: the first event of the run, which contains them in journals of
 * earlier versions. Null if they are missing, as in a folder that was copied without the file.
 */
export async function readLocalFacts(dir: string, started: EventOf<'run.started'>): Promise<LocalFacts | null> {
  const stored = await readStoredFacts(dir);
  if (stored) return stored;
  const { workspace } = started.settings;
  return workspace === undefined ? null : { workspace, file: started.file ?? null };
}

/** Reads the facts of a run from their file. Null if it is missing, as in the folder of an earlier version, or damaged. */
export async function readStoredFacts(dir: string): Promise<LocalFacts | null> {
  const read = await readJsonFile(join(dir, LOCAL_FILE), MAX_BYTES);
  const stored = fileSchema.safeParse(read.ok ? read.value : null);
  if (!stored.success) return null;
  const { format: _, ...facts } = stored.data;
  return facts;
}

/** Explains that a run in a folder without local facts cannot continue. */
export function noLocalFacts(dir: string): string {
  return `The workspace of the run in ${dir} is unknown, because ${LOCAL_FILE} is missing there or damaged. Copy the whole folder of the run, or start a new run.`;
}
