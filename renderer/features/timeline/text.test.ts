import { describe, expect, test } from 'vitest';
import { fitted } from './text.ts';

/** A context whose letters are ten pixels wide, `i` and `l` four. */
const ctx = {
  font: '11px test',
  measureText: (text: string) => ({
    width: [...text].reduce((sum, letter) => sum + ('il'.includes(letter) ? 4 : 10), 0),
  }),
} as unknown as CanvasRenderingContext2D; // Nothing else of it is used.

describe('a name on a bar', () => {
  test('stands whole where it fits', () => {
    expect(fitted(ctx, 'report', 60)).toBe('report');
  });

  test('never reaches over its room, however its letters are spread', () => {
    for (let room = 14; room < 200; room += 1) {
      const text = fitted(ctx, 'wide_words_filliillill', room);
      expect(ctx.measureText(text).width, `${room} px`).toBeLessThanOrEqual(room);
    }
  });

  test('keeps the number that tells it apart', () => {
    expect(fitted(ctx, 'market_part_12', 80)).toBe('marke…12');
  });

  test('of a second attempt is not read as a name with a number', () => {
    expect(fitted(ctx, 'flaky · attempt 3', 80)).toBe('flaky ·…');
  });

  test('is left out where hardly a letter fits', () => {
    expect(fitted(ctx, 'report', 13)).toBe('');
  });
});
