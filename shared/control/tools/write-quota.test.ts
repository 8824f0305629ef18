import { expect, test } from 'vitest';
import type { RunEvent } from '../../run/events.ts';
import { applyEvent, newRun } from '../../run/fold.ts';
import { makeCrew } from '../../scheduler/testing/rig.ts';
import { WriteQuota } from './write-quota.ts';

test('a run writes a limited number of files, each any number of times', () => {
  const quota = new WriteQuota(newRun(makeCrew({ tasks: [{ name: 'writer' }] })), { files: 2, bytes: 1000 });
  const taken = ['a', 'b', 'a', 'c', 'b'].map((file) => quota.take(file, 1).ok);
  expect(taken).toEqual([true, true, true, false, true]);
  expect(quota.take('c', 1).text).toContain('2 files, which is the limit of a run');
});

test('a run writes a limited total number of bytes', () => {
  const quota = new WriteQuota(newRun(makeCrew({ tasks: [{ name: 'writer' }] })), { files: 10, bytes: 1024 * 1024 });
  expect(quota.take('a', 1024 * 1024 + 1)).toMatchObject({ ok: false, text: expect.stringContaining('1 MiB') });
  expect(quota.take('a', 1024 * 1024).ok).toBe(true);
  expect(quota.take('a', 1).ok).toBe(false);
  expect(quota.take('a', 0).ok).toBe(true);
});

test('a resumed run counts the bytes that it wrote before', () => {
  const state = newRun(makeCrew({ tasks: [{ name: 'writer' }] }));
  const events: RunEvent[] = [
    { type: 'attempt.started', seq: 1, t: 0, task: 'writer', attempt: 1, slot: 1, agent: 'ada' },
    {
      type: 'tool.call',
      seq: 2,
      t: 0,
      task: 'writer',
      attempt: 1,
      agent: 'ada',
      call_id: 'c',
      name: 'file_writer',
      ms: 1,
      ok: true,
      measured: { writes: ['a'], written_bytes: 700 },
    },
  ];
  for (const event of events) applyEvent(state, event);
  const quota = new WriteQuota(state, { files: 10, bytes: 1000 });
  expect(quota.take('b', 301).ok).toBe(false);
  expect(quota.take('b', 300).ok).toBe(true);
});
