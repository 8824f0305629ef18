import { expect, test } from 'vitest';
import { slotStatus } from './slot-status.ts';

const LIVE = { outcome: null, interrupted: null };
const NOBODY = new Set<number>();

test('A slot of a live run shows its activity', () => {
  expect(slotStatus(LIVE, { slot: 1, status: 'starting' }, NOBODY)).toBe('starting');
  expect(slotStatus(LIVE, { slot: 1, status: 'ready' }, NOBODY)).toBe('ready');
  expect(slotStatus(LIVE, { slot: 1, status: 'ready' }, new Set([1]))).toBe('running');
});

test('No slot is starting or ready after the run has ended or was interrupted', () => {
  for (const over of [
    { ...LIVE, outcome: 'completed' as const },
    { ...LIVE, interrupted: 'signal' as const },
  ])
    for (const status of ['starting', 'ready'] as const)
      expect(slotStatus(over, { slot: 3, status }, NOBODY)).toBe('ended');
});

test('A slot that exited before the end of the run keeps its status', () => {
  const over = { ...LIVE, outcome: 'failed' as const };
  expect(slotStatus(over, { slot: 2, status: 'exited' }, NOBODY)).toBe('exited');
  expect(slotStatus(over, { slot: 2, status: 'lost' }, NOBODY)).toBe('lost');
});
