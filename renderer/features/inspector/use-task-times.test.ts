import { expect, it } from 'vitest';
import { waitsIn } from './use-task-times.ts';

it('The waits of a task are summed by reason, with all their blockers', () => {
  const waiting = { kind: 'waiting', after: null } as const;
  const waits = waitsIn([
    { ...waiting, start: 0, end: 30, reason: 'context', blocker: 'a' },
    { ...waiting, start: 30, end: 50, reason: 'context', blocker: 'b' },
    { ...waiting, start: 50, end: 55, reason: 'slot', blocker: null },
    { kind: 'running', start: 55, end: 80 },
    { ...waiting, start: 80, end: 90, reason: 'slot', blocker: 'c' },
  ]);
  expect(waits).toEqual([
    { reason: 'context', ms: 50, blockers: ['a', 'b'] },
    { reason: 'slot', ms: 15, blockers: ['c'] },
  ]);
});
