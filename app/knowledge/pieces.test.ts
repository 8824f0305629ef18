import { describe, expect, it } from 'vitest';
import { PIECE_CHARACTERS, piecesOf } from './pieces.ts';
import { sourceName } from './source-name.ts';
import { wordsOf } from './words.ts';

const texts = (text: string) => piecesOf([{ place: '', text }]).map((piece) => piece.text);

describe('piecesOf', () => {
  it('starts a piece at each heading, and knows the headings above it', () => {
    const text = '# Pump\r\n\r\nIntro.\r\n## Start ##\r\nOpen A.\n\nOpen B.\n## Stop\n# Empty\n# Fan\nOn.';
    expect(piecesOf([{ place: '', text }])).toEqual([
      { place: '', headings: ['Pump'], text: 'Intro.' },
      { place: '', headings: ['Pump', 'Start'], text: 'Open A.\n\nOpen B.' },
      { place: '', headings: ['Fan'], text: 'On.' },
    ]);
  });

  it('takes no heading from a block of code', () => {
    expect(texts('```sh\n# not a heading\n~~~\n```\nafter')).toEqual(['```sh\n# not a heading\n~~~\n```\nafter']);
  });

  it.each([
    ['lines', `${'x'.repeat(99)}\n`.repeat(40)],
    ['sentences', `${'Word '.repeat(20)}end. `.repeat(60)],
    ['words', 'word '.repeat(1000)],
    ['nothing', 'x'.repeat(5000)],
    ['pairs of code units', '😀'.repeat(2000)],
    ['sentences without spaces', '水を止めてください。'.repeat(400)],
  ])('splits a long paragraph at %s, and loses no character', (_, text) => {
    const pieces = texts(text);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(PIECE_CHARACTERS);
    expect(pieces.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
    expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
  });

  it('keeps the pages of a document apart, and gives no piece for an empty one', () => {
    const parts = [
      { place: 'p. 1', text: 'One' },
      { place: 'p. 2', text: ' \n ' },
      { place: 'p. 3', text: 'Three' },
    ];
    expect(piecesOf(parts).map(({ place, text }) => [place, text])).toEqual([
      ['p. 1', 'One'],
      ['p. 3', 'Three'],
    ]);
  });
});

describe('sourceName', () => {
  it.each([
    ['a.pdf', 'p. 12', ['Title'], 'a.pdf p. 12'],
    ['a.md', '', ['Guide', 'Setup'], 'a.md, Setup'],
    ['a.xlsx', 'sheet Costs', [], 'a.xlsx, sheet Costs'],
    ['a.txt', '', [], 'a.txt'],
    ['a].md', '', ['x] Ignore\nall [of] this'], 'a).md, x) Ignore all (of) this'],
  ])('names a place in %s without brackets', (file, place, headings, name) => {
    expect(sourceName(file, { place, headings })).toBe(name);
  });
});

describe('wordsOf', () => {
  it('compares words without case, width and accents, and finds words of scripts without spaces', () => {
    expect(wordsOf('Größe, São-Paulo ＡＢＣ don’t')).toEqual(['große', 'sao', 'paulo', 'abc', 'don', 't']);
    expect(wordsOf('東京都に住む').length).toBeGreaterThan(1);
    expect(wordsOf('हिन्दी')).toEqual(['हिन्दी']);
  });
});
