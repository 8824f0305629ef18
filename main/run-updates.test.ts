import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { TextDelta } from '../app/engine/request.ts';
import type { PushBody } from '../shared/ipc/channels.ts';
import type { RunEvent } from '../shared/run/events.ts';
import { streamRunUpdates } from './run-updates.ts';

type Run = Parameters<typeof streamRunUpdates>[0];

let tell: (events: readonly RunEvent[]) => void;
let say: (delta: TextDelta) => void;
let batches: PushBody<'run.update'>[];
let end: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  const run: Run = {
    id: 'r1',
    now: () => 7,
    subscribe: (listener) => {
      tell = listener;
      return () => undefined;
    },
    onText: (listener) => {
      say = listener;
      return () => undefined;
    },
  };
  batches = [];
  end = streamRunUpdates(
    run,
    () => true,
    (batch) => batches.push(batch),
  );
});
afterEach(() => vi.useRealTimers());

function ready(from: number, to: number): RunEvent[] {
  return Array.from({ length: to - from + 1 }, (_, at) => ({
    type: 'task.ready',
    seq: from + at,
    t: 0,
    task: `task_${from + at}`,
  }));
}

const seqs = () => batches.flatMap(({ events }) => events.map(({ seq }) => seq));

it('ten thousand events at once are sent in order, some hundreds per frame', () => {
  tell(ready(1, 10_000));
  vi.advanceTimersToNextTimer();
  expect(batches).toHaveLength(1);
  tell(ready(10_001, 10_100));
  vi.runAllTimers();
  expect(seqs()).toEqual(Array.from({ length: 10_100 }, (_, at) => at + 1));
  expect(Math.max(...batches.map(({ events }) => events.length))).toBeLessThanOrEqual(500);
});

it('pending events are sent when the run ends, in updates of the same size', () => {
  tell(ready(1, 1700));
  end();
  expect(seqs()).toHaveLength(1700);
  expect(Math.max(...batches.map(({ events }) => events.length))).toBeLessThanOrEqual(500);
});

it('text is sent with the next update, and consecutive text is joined', () => {
  const turn = { task: 'draft', attempt: 1, turn: null };
  say({ ...turn, delta: 'Dear ' });
  say({ ...turn, delta: 'reader' });
  vi.runAllTimers();
  expect(batches).toEqual([{ run: 'r1', events: [], text: [{ ...turn, delta: 'Dear reader' }], now: 7 }]);
});
