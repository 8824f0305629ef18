/** Something that can be found by its text. */
export interface Searchable {
  /** In lower case: names, titles, whatever it can be found by, separated by spaces. */
  text: string;
}

export interface Matches<Item> {
  /** The best matches, best first. */
  shown: readonly Item[];
  /** The number of matches, shown or not. */
  count: number;
}

/**
 * The ranks, best first: the text starts with the word, a word of the text does, the text contains the word, the
 * letters of the word occur in order in one word of the text.
 */
const RANKS = 4;

/**
 * The items that match every word of a query, best first, at most `limit`. Equal matches keep their order. Takes time
 * linear in the number of items. An empty query matches all of them.
 */
export function bestMatches<Item extends Searchable>(
  items: readonly Item[],
  query: string,
  limit: number,
): Matches<Item> {
  const words = query.normalize('NFC').toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return { shown: items.slice(0, limit), count: items.length };
  const ranked: Item[][] = Array.from({ length: RANKS }, () => []);
  let count = 0;
  for (const item of items) {
    const rank = rankOf(item.text, words);
    if (rank === null) continue;
    count += 1;
    if (ranked[rank] && ranked[rank].length < limit) ranked[rank].push(item);
  }
  return { shown: ranked.flat().slice(0, limit), count };
}

/** The rank of the worst word; null if a word does not match. */
function rankOf(text: string, words: readonly string[]): number | null {
  let worst = 0;
  for (const word of words) {
    const rank = rankOfWord(text, word);
    if (rank === null) return null;
    worst = Math.max(worst, rank);
  }
  return worst;
}

function rankOfWord(text: string, word: string): number | null {
  const at = text.indexOf(word);
  if (at === 0) return 0;
  if (at > 0) return startsWord(text, word, at) ? 1 : 2;
  return text.split(' ').some((part) => hasInOrder(part, word)) ? 3 : null;
}

function startsWord(text: string, word: string, first: number): boolean {
  for (let at = first; at !== -1; at = text.indexOf(word, at + 1)) {
    if (' _-'.includes(text[at - 1] ?? ' ')) return true;
  }
  return false;
}

function hasInOrder(text: string, word: string): boolean {
  let at = -1;
  for (const letter of word) {
    at = text.indexOf(letter, at + 1);
    if (at === -1) return false;
  }
  return true;
}
