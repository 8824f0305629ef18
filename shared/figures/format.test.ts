import { expect, test } from 'vitest';
import {
  formatCost,
  formatDollars,
  formatDuration,
  formatNumber,
  formatPercent,
  formatSeconds,
  listOf,
} from './format.ts';
import { pathMatcher } from './glob.ts';

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

test('Small costs are visible, and unknown costs are marked', () => {
  expect([formatDollars(0), formatDollars(0.0042), formatDollars(12.5), formatDollars(null)]).toEqual([
    '$0.00',
    '$0.0042',
    '$12.50',
    'unknown',
  ]);
});

test('Lists read like a sentence', () => {
  expect([listOf([]), listOf(['a']), listOf(['a', 'b']), listOf(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
});

test('A glob keeps * inside one folder and takes parentheses and dots literally', () => {
  expect(pathMatcher('content/**')('content/blog/1.md')).toBe(true);
  expect(pathMatcher('content/**/*.md')('content/1.md')).toBe(true);
  expect(pathMatcher('content/*.md')('content/blog/1.md')).toBe(false);
  expect(pathMatcher('a.b(1)?')('a.b(1)x')).toBe(true);
  expect(pathMatcher('a.b')('axb')).toBe(false);
});

test.each([
  ['{posts,pages}/*.md', 'pages/a.md', true],
  ['{posts,pages}/*.md', 'notes/a.md', false],
  ['part-[0-9].md', 'part-7.md', true],
  ['part-[0-9].md', 'part-x.md', false],
  ['**/*.md', '.notes/.a.md', true],
  ['!a', 'b', false],
  ['!a', '!a', true],
  ['@(a|b)', 'a', false],
  ['', 'a', false],
  ['x'.repeat(100_000), 'x', false],
])('The glob %#, %.30s, applied to %s gives %s', (glob, path, matches) => {
  expect(pathMatcher(glob)(path)).toBe(matches);
});

test.each([
  [0, '0.00 s'],
  [5, '0.01 s'],
  [5635, '5.64 s'],
  [59_994, '59.99 s'],
  [59_995, '1 min 00 s'],
  [185_499, '3 min 05 s'],
  [3_599_499, '59 min 59 s'],
  [3_599_500, '1 h 00 min'],
  [3_840_000, '1 h 04 min'],
  [86_369_999, '23 h 59 min'],
  [86_370_000, '1 d 0 h'],
  [12 * 86_400_000 + 3 * 3_600_000, '12 d 3 h'],
  [-1500, '-1.50 s'],
  [-4, '0.00 s'],
])('a duration of %i ms is written as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('A duration that grows by part of its smaller unit never reads as a shorter one', () => {
  const secondsOf = (text: string) => {
    const units: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400 };
    return [...text.matchAll(/([\d.,]+) (s|min|h|d)/g)].reduce((sum, [, amount = '', unit = '']) => {
      return sum + Number(amount.replaceAll(',', '')) * (units[unit] ?? 0);
    }, 0);
  };
  let before = 0;
  for (let ms = 1; ms < 400 * 86_400_000; ms = Math.ceil(ms * 1.003)) {
    const seconds = secondsOf(formatDuration(ms));
    expect(seconds).toBeGreaterThanOrEqual(before);
    expect(Math.abs(seconds * 1000 - ms)).toBeLessThanOrEqual(Math.max(5, ms * 0.021));
    before = seconds;
  }
});

test('A cost that contains cached tokens at the full price is an upper limit', () => {
  expect(formatCost({ costUsd: 1.5, costAtMost: true })).toBe('at most $1.50');
  expect(formatCost({ costUsd: 1.5, costAtMost: false })).toBe('$1.50');
  expect(formatCost({ costUsd: null, costAtMost: true })).toBe('unknown');
});
