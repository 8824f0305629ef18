import { expect, it } from 'vitest';
import { RECORDING_FORMAT, type RecordingEntry } from '../../../shared/recording/recording.ts';
import { recordingKey } from '../../base/recording-key.ts';
import { Replay } from './replay.ts';

it('Many answers to the same request are opened in a short time, and given in the order of the recording', async () => {
  const request = { asked: 'question' as const, task: 'a', agent: 'ada', question: 'Continue?' };
  const key = recordingKey(request);
  const entries = Array.from({ length: 300_000 }, (_, at): RecordingEntry => {
    return { kind: 'person', key, n: at + 1, request, answer: { answer: 'answered', text: `${at + 1}` }, ms: 0 };
  });
  const header = { format: RECORDING_FORMAT, crew_sha256: '0'.repeat(64), context_windows: {} } as const;
  const replay = new Replay({ header, entries }, 0);
  const { signal } = new AbortController();
  expect((await replay.next('person', key, signal))?.n).toBe(1);
  expect((await replay.next('person', key, signal))?.n).toBe(2);
});
