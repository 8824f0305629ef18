import { expect, test } from 'vitest';
import { axisFormat } from './mermaid.ts';
import { tickLabel, tickStep } from './svg/ticks.ts';

test('An axis has a readable number of ticks at any length.', () => {
  for (const length of [1, 90, 7_100, 65_000, 3_700_000, 90_000_000, 900_000_000]) {
    expect(length / tickStep(length)).toBeLessThanOrEqual(14);
  }
  expect([
    tickLabel(500, 500),
    tickLabel(12_000, 1000),
    tickLabel(200_000, 60_000),
    tickLabel(3_900_000, 300_000),
  ]).toEqual(['0.5 s', '12 s', '3:20', '1:05:00']);
});

test('All labels of an axis differ, from a tenth of a second to a year.', () => {
  for (let length = 100; length < 365 * 86_400_000; length = Math.ceil(length * 1.3)) {
    const step = tickStep(length);
    const labels = Array.from({ length: Math.floor(length / step) + 1 }, (_, at) => tickLabel(at * step, step));
    expect(new Set(labels).size).toBe(labels.length);
  }
});

test.each([
  [900, '%-S.%L s'],
  [45_000, '%-S s'],
  [2_000_000, '%M:%S'],
  [80_000_000, '%H:%M:%S'],
  [300_000_000, 'day %-j, %H:%M'],
  [3_000_000_000, 'day %-j'],
])('a Mermaid Gantt of %i ms formats its axis as %s, so that all labels differ', (spanMs, format) => {
  expect(axisFormat(spanMs)).toBe(format);
});
