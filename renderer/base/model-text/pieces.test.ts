import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutIntoPieces, MAX_PIECE_LENGTH, type Piece } from './pieces.ts';

const textOf = (pieces: readonly Piece[]) => pieces.map(({ text }) => text).join('');

const line = fc.oneof(
  fc.constantFrom('', '', '```', '~~~~', '````md', '- a', '1. b', '  c', '| a | b |', '# Title', '> quote', '\r'),
  fc.string({ maxLength: 40 }),
  fc.integer({ min: 1, max: 400 }).map((count) => 'word '.repeat(count)),
);
const markdown = fc.array(line, { maxLength: 80 }).map((lines) => lines.join('\n'));

describe('The pieces of a Markdown text', () => {
  test('The pieces of a Markdown text join to exactly the text, and each is short', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const pieces = cutIntoPieces(text);
        expect(textOf(pieces)).toBe(text);
        for (const piece of pieces) expect(piece.text.length).toBeLessThanOrEqual(MAX_PIECE_LENGTH);
      }),
    );
  });

  test('The pieces of a growing text equal those of the whole text, at each step', () => {
    fc.assert(
      fc.property(markdown, fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }), (text, steps) => {
        let pieces: Piece[] = [];
        for (let at = 0, step = 0; at < text.length; step += 1) {
          at = Math.min(text.length, at + (steps[step % steps.length] ?? 1));
          pieces = cutIntoPieces(text.slice(0, at), pieces);
        }
        expect(pieces).toEqual(cutIntoPieces(text));
      }),
    );
  });

  test('The pieces of a Markdown text keep their text when the text grows: each addition changes only the end', () => {
    const paragraph = `${'A sentence about bees. '.repeat(20)}\n\n`;
    const before = cutIntoPieces(paragraph.repeat(400));
    const after = cutIntoPieces(`${paragraph.repeat(400)}More.`, before);
    expect(before.length).toBeGreaterThan(50);
    expect(after.slice(0, before.length - 1).every((piece, at) => piece === before[at])).toBe(true);
  });

  test('The pieces of a Markdown text end neither inside a fence nor inside a list', () => {
    const fence = `\`\`\`\n${'code\n\n'.repeat(1000)}\`\`\`\n`;
    const list = Array.from({ length: 300 }, (_, at) => `${at + 1}. An item of the list\n\n   and more of it\n`).join(
      '\n',
    );
    const text = `${'Before. '.repeat(300)}\n\n${fence}\n${'Between. '.repeat(300)}\n\n${list}\nAfter the list.\n`;
    const starts = cutIntoPieces(text).filter(({ cut }) => !cut);
    for (const piece of starts) expect((piece.text.match(/^```/gm) ?? []).length % 2).toBe(0);
    expect(starts.some((piece) => piece.text.includes('1. An') && piece.text.includes('300. An'))).toBe(true);
  });

  test('The pieces of a Markdown text split one long line if necessary, but never inside a character', () => {
    const text = '𝒳'.repeat(MAX_PIECE_LENGTH);
    const pieces = cutIntoPieces(text);
    expect(textOf(pieces)).toBe(text);
    expect(pieces.every(({ cut, text: part }) => cut && !/\p{Cs}/u.test(part))).toBe(true);
  });
});
