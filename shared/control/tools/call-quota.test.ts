import { expect, it } from 'vitest';
import { newRun } from '../../run/fold.ts';
import { makeCrew } from '../../scheduler/testing/rig.ts';
import type { CallableTool } from '../../tools/definition.ts';
import { CallQuota } from './call-quota.ts';

const tool = (name: string, max_calls: number): CallableTool => ({
  name,
  source: { kind: 'mcp', server: 'notes', tool: name },
  limits: { timeout_s: 30, max_calls, answer_characters: 1000 },
});

it('Each tool of a crew can be called max_calls times per run.', () => {
  const quota = new CallQuota(newRun(makeCrew({ tasks: [{ name: 'a' }] })));
  expect([1, 2, 3].map(() => quota.take(tool('a', 2)).ok)).toEqual([true, true, false]);
  expect(quota.take(tool('b', 1)).ok).toBe(true);
  expect(quota.take(tool('b', 1)).text).toBe(
    'Not called: b was called once in this run, which is its max_calls. Continue without it.',
  );
});
