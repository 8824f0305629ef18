import { expect, test } from 'vitest';
import type { MarkStyle } from './bars.ts';
import { groupsOf, MARK_RADIUS } from './marks.ts';
import { panBy } from './scale.ts';

const mark = (task: string, t: number, style: MarkStyle = 'reused') => ({ task, t, style });
const SCALE = { from: 0, msPerPx: 10 };

test('Overlapping markers of one kind are drawn as one, and other kinds next to each other', () => {
  const groups = groupsOf(
    [mark('a', 0), mark('b', 0, 'skipped'), mark('c', 20), mark('d', 2000), mark('e', 9000)],
    SCALE,
    500,
  );
  expect(groups.map(({ style, marks }) => [style, marks.map(({ task }) => task)])).toEqual([
    ['reused', ['a', 'c']],
    ['skipped', ['b']],
    ['reused', ['d']],
  ]);
  const [first, second] = groups;
  expect(second?.x).toBeGreaterThanOrEqual((first?.x ?? 0) + 10);
});

const namesOf = ({ marks }: { marks: readonly { task: string }[] }) => marks.map(({ task }) => task).join(' ');

test('Panning over dense markers neither changes a ring nor moves it relative to others', () => {
  const dense = Array.from({ length: 200 }, (_, at) => mark(`t${at}`, at * 37, at % 5 === 0 ? 'skipped' : 'reused'));
  const placeByNames = new Map(groupsOf(dense, SCALE, 1000).map((group) => [namesOf(group), group.x]));
  for (let pixels = 1; pixels <= 300; pixels += 1) {
    const panned = groupsOf(dense, panBy(SCALE, pixels), 300);
    expect(panned.length).toBeGreaterThan(0);
    for (const group of panned) expect(group.x + pixels).toBeCloseTo(placeByNames.get(namesOf(group)) ?? Number.NaN);
  }
});

test('A ring that is half visible is drawn at either edge, and an invisible one is not', () => {
  const one = [mark('a', 1000)];
  const seen = (pixels: number) => groupsOf(one, panBy(SCALE, pixels), 300).length;
  expect([seen(100 + MARK_RADIUS - 1), seen(100 + MARK_RADIUS)]).toEqual([1, 0]);
  expect([seen(-200 - MARK_RADIUS + 1), seen(-200 - MARK_RADIUS)]).toEqual([1, 0]);
});
