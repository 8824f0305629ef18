import { expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const YEAR_MS = 365 * 86_400_000;
const of = (value: string) => retryAfterMs(new Headers({ 'retry-after': value }), NOW);

test('A number is seconds, and a date the time until then', () => {
  expect(of('7')).toBe(7000);
  expect(of('0.5')).toBe(500);
  expect(of(' 7 ')).toBe(7000);
  expect(of('Mon, 30 Nov 2026 12:01:00 GMT')).toBe(60_000);
  expect(of('Monday, 30-Nov-26 12:01:00 GMT')).toBe(60_000);
});

test('A time in the past means no wait, and a time beyond one year means one year.', () => {
  expect(of('-5')).toBe(0);
  expect(of('Mon, 30 Nov 2026 11:00:00 GMT')).toBe(0);
  expect(of('1e30')).toBe(YEAR_MS);
  expect(of('99999999999999999999')).toBe(YEAR_MS);
});

test('A text that is neither is ignored', () => {
  for (const value of ['', 'soon', '5 apples', '0x10', 'NaN', 'Infinity', '2026'.padEnd(5, 'x')])
    expect(of(value)).toBe(null);
  expect(retryAfterMs(new Headers({}), NOW)).toBe(null);
});

test('retry-after-ms takes precedence over Retry-After if it is a number', () => {
  expect(retryAfterMs(new Headers({ 'retry-after-ms': '250', 'retry-after': '7' }), NOW)).toBe(250);
  expect(retryAfterMs(new Headers({ 'retry-after-ms': '250, 300' }), NOW)).toBe(250);
  expect(retryAfterMs(new Headers({ 'retry-after-ms': '', 'retry-after': '7' }), NOW)).toBe(7000);
  expect(retryAfterMs(new Headers({ 'retry-after-ms': '-1' }), NOW)).toBe(0);
});
