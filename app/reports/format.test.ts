import { expect, test } from 'vitest';
import { globPattern } from './figures/glob.ts';
import { formatDollars, formatNumber, formatPercent, formatSeconds, listOf } from './format.ts';
import { tickLabel, tickStep } from './svg/ticks.ts';

test('numbers have commas for thousands and a point for decimals', () => {
  expect([formatNumber(0), formatNumber(999), formatNumber(1000), formatNumber(1234567.891, 2)]).toEqual([
    '0',
    '999',
    '1,000',
    '1,234,567.89',
  ]);
  expect([formatNumber(-1234.5, 1), formatNumber(-0.001, 1), formatNumber(1.005, 2)]).toEqual([
    '-1,234.5',
    '0.0',
    '1.01',
  ]);
});

test('seconds have two decimals, percent one', () => {
  expect([formatSeconds(11_424), formatSeconds(5), formatSeconds(3_600_000)]).toEqual([
    '11.42 s',
    '0.01 s',
    '3,600.00 s',
  ]);
  expect([formatPercent(0.71436), formatPercent(1), formatPercent(-0.25)]).toEqual(['71.4%', '100.0%', '-25.0%']);
});

test('small costs can be seen, unknown ones are called so', () => {
  expect([formatDollars(0), formatDollars(0.0042), formatDollars(12.5), formatDollars(null)]).toEqual([
    '$0.00',
    '$0.0042',
    '$12.50',
    'unknown',
  ]);
});

test('lists read as a sentence does', () => {
  expect([listOf([]), listOf(['a']), listOf(['a', 'b']), listOf(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
});

test('a glob keeps * inside one folder, and takes everything else literally', () => {
  expect(globPattern('content/**').test('content/blog/1.md')).toBe(true);
  expect(globPattern('content/**/*.md').test('content/1.md')).toBe(true);
  expect(globPattern('content/*.md').test('content/blog/1.md')).toBe(false);
  expect(globPattern('a.b(1)?').test('a.b(1)x')).toBe(true);
  expect(globPattern('a.b').test('axb')).toBe(false);
});

test('an axis has a readable number of ticks at any length', () => {
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
