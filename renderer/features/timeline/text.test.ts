import { describe, expect, test } from 'vitest';
import { truncateToWidth } from './text.ts';

/** A context with letters ten pixels wide, and `i` and `l` four. */
const ctx = {
  font: '11px test',
  measureText: (text: string) => ({
    width: [...text].reduce((sum, letter) => sum + ('il'.includes(letter) ? 4 : 10), 0),
  }),
} as unknown as CanvasRenderingContext2D; // Nothing else of the context is used.

describe('A name on a bar', () => {
  test('A name on a bar is complete if it fits', () => {
    expect(truncateToWidth(ctx, 'report', 60)).toBe('report');
  });

  test('A name on a bar never exceeds its width, for any distribution of letters', () => {
    for (let room = 14; room < 200; room += 1) {
      const text = truncateToWidth(ctx, 'wide_words_filliillill', room);
      expect(ctx.measureText(text).width, `${room} px`).toBeLessThanOrEqual(room);
    }
  });

  test('A name on a bar keeps the number that distinguishes it', () => {
    expect(truncateToWidth(ctx, 'market_part_12', 80)).toBe('marke…12');
  });

  test('A name on a bar of a second attempt is not treated as a name with a number', () => {
    expect(truncateToWidth(ctx, 'flaky · attempt 3', 80)).toBe('flaky ·…');
  });

  test('A name on a bar is omitted if hardly a letter fits', () => {
    expect(truncateToWidth(ctx, 'report', 13)).toBe('');
  });
});
