import {
  RECORDING_FORMAT,
  type Recording,
  type RecordingEntry,
  type RecordingHeader,
  recordingEntrySchema,
  recordingHeaderSchema,
} from '../../../shared/recording/recording.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import { replaceFile } from '../../base/folder-handle.ts';
import { readTextFile } from '../../base/read-text-file.ts';
import { isSystemError, writeFailure } from '../../base/system-error.ts';
import { readBlob, readJournal } from '../journal/read-journal.ts';
import { recordedEntries } from './recorded-entries.ts';

const MAX_RECORDING_BYTES = 512 * 1024 * 1024;

export type RecordingRead =
  | { ok: true; recording: Recording }
  /** `isMissing`: there is no file. */
  | { ok: false; isMissing: boolean; message: string };

/** Reads a recording. */
export async function readRecording(file: string): Promise<RecordingRead> {
  const read = await readTextFile(file, { maxBytes: MAX_RECORDING_BYTES });
  if (!read.ok) {
    const message = `The recording ${file} cannot be read: ${read.reason}.`;
    return { ok: false, isMissing: read.kind === 'missing', message };
  }
  const [first = '', ...lines] = read.text.split('\n').filter((line) => line !== '');
  const header = recordingHeaderSchema.safeParse(jsonOf(first));
  if (!header.success) return unusable(`${file} is not a recording. Make one with run --record.`);
  const entries: RecordingEntry[] = [];
  for (const [at, line] of lines.entries()) {
    const entry = recordingEntrySchema.safeParse(jsonOf(line));
    if (!entry.success)
      return unusable(`Line ${at + 2} of the recording ${file} cannot be read. Record the run again.`);
    entries.push(entry.data);
  }
  return { ok: true, recording: { header: header.data, entries } };
}

/**
 * Writes the recording of the run in a folder, in one step: `file` has either its old or its complete new content. It
 * contains what the journal contains, in which secrets are redacted already. @returns why it was not written; null if it
 * was
 */
export async function writeRecording(
  dir: string,
  file: string,
  about: Omit<RecordingHeader, 'format'>,
): Promise<string | null> {
  const events: RunEvent[] = [];
  const read = await readJournal(dir, (event) => events.push(event));
  if (!read.ok) return `The recording ${file} was not written: ${read.message}`;
  const entries = await recordedEntries(events, (blob) => readBlob(dir, blob));
  const header: RecordingHeader = { format: RECORDING_FORMAT, ...about };
  try {
    await replaceFile(file, [header, ...entries].map((line) => `${JSON.stringify(line)}\n`).join(''));
    return null;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return `The recording ${file} was not written: ${writeFailure(error)}.`;
  }
}

function unusable(message: string): RecordingRead {
  return { ok: false, isMissing: false, message };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
