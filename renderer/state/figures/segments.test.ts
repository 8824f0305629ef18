import { expect, test } from 'vitest';
import type { TaskSegment } from '../../../shared/run/waits.ts';
import { changesOf, withChanges } from './segments.ts';

const waits = (start: number, end: number, reason: 'slot' | 'rate_limit'): TaskSegment => {
  return { kind: 'waiting', start, end, reason, blocker: null, after: null };
};

test('A task that waits once more sends only its new segments, however often it waited before', () => {
  const before = [waits(0, 10, 'slot'), waits(10, 20, 'rate_limit'), waits(20, 30, 'slot')];
  const after = [...before.slice(0, 2), waits(20, 35, 'slot'), waits(35, 40, 'rate_limit')];
  const known = new Map([
    ['held', before],
    ['waiting', [waits(0, 30, 'slot')]],
  ]);
  const fresh = new Map([
    ['held', after],
    ['waiting', [waits(0, 40, 'slot')]],
    ['new', [waits(0, 40, 'slot')]],
  ]);
  const changed = changesOf(known, 30, fresh, 40);
  expect(changed).toEqual([
    ['held', 2, after.slice(2)],
    ['new', 0, [waits(0, 40, 'slot')]],
  ]);
  expect(withChanges(known, 30, changed, 40)).toEqual(fresh);
});

test('A task that turns out to have waited less has fewer segments', () => {
  const known = new Map([['t', [waits(0, 10, 'slot'), waits(10, 30, 'rate_limit')]]]);
  const fresh = new Map([['t', [waits(0, 10, 'slot')]]]);
  expect(withChanges(known, 30, changesOf(known, 30, fresh, 40), 40)).toEqual(fresh);
});
