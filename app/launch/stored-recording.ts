import { leadsBelow } from '../base/contained-path.ts';
import { readStoredFacts } from '../engine/journal/local-facts.ts';
import { readRecording } from '../engine/recording/recording-file.ts';
import type { DataFolders } from './data-folder.ts';
import type { StoredGroup } from './group/open-record.ts';
import type { LaunchInput } from './prepare-launch.ts';

export type StoredRecording = { ok: true; launch: Pick<LaunchInput, 'recording'> } | { ok: false; message: string };

/**
 * Returns how a resumed run continues its recording or its replay. A folder from elsewhere decides neither which file is
 * written nor which is read.
 */
export async function storedRecording(
  { kind, dir }: Pick<StoredGroup, 'kind' | 'dir'>,
  { runs }: Pick<DataFolders, 'runs'>,
): Promise<StoredRecording> {
  const isOwn = kind === 'run' && (await leadsBelow(runs, dir));
  const stored = isOwn ? (await readStoredFacts(dir))?.recording : undefined;
  if (stored === undefined) return { ok: true, launch: {} };
  if (stored.mode === 'record') return { ok: true, launch: { recording: stored } };
  const read = await readRecording(stored.file);
  return read.ok ? { ok: true, launch: { recording: { ...stored, recording: read.recording } } } : read;
}
