import type { Recording } from '../../../shared/recording/recording.ts';

/** Whether a run is recorded or replays a recording. */
export type RunRecording =
  /** The run is recorded in `file`. `crewSha256`: the SHA-256 of the crew file. */
  | { mode: 'record'; file: string; crewSha256: string }
  /** The recording in `file` answers in place of models, tools and people. */
  | {
      mode: 'replay';
      file: string;
      recording: Recording;
      /** The factor by which answers arrive faster than in the recording; 0: without any delay. */
      speed: number;
    };
