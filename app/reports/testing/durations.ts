import { expect } from 'vitest';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Returns the milliseconds of a duration as the reports write it: `5.64 s`, `3 min 05 s`. */
export function durationIn(text: string): number {
  const parts = [...text.matchAll(/([\d.,]+) (s|min|h|d)\b/g)];
  if (parts.length === 0) throw new Error(`"${text}" is not a duration.`);
  return parts.reduce((sum, [, amount = '', unit = '']) => {
    return sum + Number(amount.replaceAll(',', '')) * (UNIT_MS[unit] ?? Number.NaN);
  }, 0);
}

/** Expects that a text is the duration `ms`, rounded to its last digit. */
export function expectDuration(text: string | undefined, ms: number): void {
  expect(Math.abs(durationIn(text ?? '') - ms)).toBeLessThanOrEqual(ms < 59_995 ? 5.000_01 : ms * 0.021);
}
