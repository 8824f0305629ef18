import { expect, test } from 'vitest';
import { newRun } from '../../shared/run/fold.ts';
import { crew } from './testing/rig.ts';
import { WriteQuota } from './write-quota.ts';

test('a run writes a limited number of files, each as often as it likes', () => {
  const quota = new WriteQuota(newRun(crew([{ name: 'writer' }])), { files: 2, bytes: 1000 });
  const taken = ['a', 'b', 'a', 'c', 'b'].map((file) => quota.take(file, 1).ok);
  expect(taken).toEqual([true, true, true, false, true]);
  expect(quota.take('c', 1).text).toContain('2 files, which is the limit of a run');
});

test('a run writes a limited number of bytes in all', () => {
  const quota = new WriteQuota(newRun(crew([{ name: 'writer' }])), { files: 10, bytes: 1024 * 1024 });
  expect(quota.take('a', 1024 * 1024 + 1)).toMatchObject({ ok: false, text: expect.stringContaining('1 MiB') });
  expect(quota.take('a', 1024 * 1024).ok).toBe(true);
  expect(quota.take('a', 1).ok).toBe(false);
  expect(quota.take('a', 0).ok).toBe(true);
});
