import { expect, test } from 'vitest';
import type { MarkLook } from './bars.ts';
import { groupsOf } from './marks.ts';

const mark = (task: string, t: number, look: MarkLook = 'kept') => ({ task, t, look });
const SCALE = { from: 0, msPerPx: 10 };

test('marks of a kind that lie on each other are one, and other kinds stand beside them', () => {
  const groups = groupsOf(
    [mark('a', 0), mark('b', 0, 'skipped'), mark('c', 20), mark('d', 2000), mark('e', 9000)],
    SCALE,
    0,
    5000,
  );
  expect(groups.map(({ look, marks }) => [look, marks.map(({ task }) => task)])).toEqual([
    ['kept', ['a', 'c']],
    ['skipped', ['b']],
    ['kept', ['d']],
  ]);
  const [first, second] = groups;
  expect(second?.x).toBeGreaterThanOrEqual((first?.x ?? 0) + 10);
});
