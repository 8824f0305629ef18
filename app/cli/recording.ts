import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { sha256 } from '../base/hash.ts';
import { readRecording } from '../engine/recording/recording-file.ts';
import type { RunRecording } from '../engine/recording/run-recording.ts';

/** The options of `run` for recordings. */
export interface RecordingOptions {
  /** The file in which the run is recorded. */
  record?: string;
  /** The recording that answers in place of models, tools and people. */
  replay?: string;
  /** The factor by which a replay is faster than the recording; 0: without any delay. */
  speed?: number;
}

export type ChosenRecording =
  | { ok: true; recording: RunRecording | null; warnings: string[] }
  | { ok: false; message: string };

/**
 * Checks the options for recordings before the run starts, and reads the recording to replay.
 * @param crewText the content of the crew file
 */
export async function chooseRecording(
  { record, replay, speed }: RecordingOptions,
  crewText: string,
  isBatch: boolean,
): Promise<ChosenRecording> {
  if (record === undefined && replay === undefined)
    return speed === undefined ? chosen(null) : refused('--speed sets the speed of a replay. Add --replay FILE.');
  if (record !== undefined && replay !== undefined) return refused('Give --record or --replay, not both.');
  if (isBatch) return refused('A recording contains one run, not a batch. Give the inputs of one row.');
  if (record !== undefined) {
    const file = resolve(record);
    if (speed !== undefined) return refused('--speed sets the speed of a replay. Add --replay FILE.');
    const problem = await targetProblem(file);
    return problem === null ? chosen({ mode: 'record', file, crewSha256: sha256(crewText) }) : refused(problem);
  }
  const file = resolve(replay ?? '');
  const read = await readRecording(file);
  if (!read.ok) return read;
  const { recording } = read;
  const isSame = recording.header.crew_sha256 === sha256(crewText);
  const warnings = isSame
    ? []
    : [
        `The crew file has changed since ${file} was recorded. Tasks whose requests changed fail with the kind "recording".`,
      ];
  return { ok: true, recording: { mode: 'replay', file, recording, speed: speed ?? 1 }, warnings };
}

/** Returns why a recording cannot be written to a file, or null. It can replace an earlier recording, but no other file. */
async function targetProblem(file: string): Promise<string | null> {
  const folder = await stat(dirname(file)).catch(() => null);
  if (!folder?.isDirectory()) return `There is no folder ${dirname(file)} for the recording. Create it first.`;
  const earlier = await readRecording(file);
  return earlier.ok || earlier.isMissing ? null : `${file} exists and is not a recording. Choose another name.`;
}

function chosen(recording: RunRecording | null): ChosenRecording {
  return { ok: true, recording, warnings: [] };
}

function refused(message: string): ChosenRecording {
  return { ok: false, message };
}
