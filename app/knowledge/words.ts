/** Scripts that write words without spaces between them. */
const WITHOUT_SPACES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;

/** Returns the words of a text as they are compared: normalized, in lower case, and without accents. */
export function wordsOf(text: string): string[] {
  const words = text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
  return words.flatMap((word) => (WITHOUT_SPACES.test(word) ? segmentsOf(word) : [withoutAccents(word)]));
}

/** The words of a script without spaces, by the dictionary of the runtime. */
function segmentsOf(text: string): string[] {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
  return [...segmenter.segment(text)].flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []));
}

/** Accents of Latin, Greek and Cyrillic letters. The marks of other scripts distinguish words. */
function withoutAccents(word: string): string {
  return word
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

/** Words of at least this length also match words that begin with them or differ in a few letters. */
const SHORTEST_INEXACT = 5;

/** How words of a query match other words, as an option of the index. */
export const INEXACT = {
  prefix: (word: string) => word.length >= SHORTEST_INEXACT,
  fuzzy: (word: string) => (word.length >= SHORTEST_INEXACT ? 0.2 : false),
} as const;
