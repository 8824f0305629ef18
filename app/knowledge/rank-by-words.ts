import MiniSearch from 'minisearch';
import { INEXACT, wordsOf } from './words.ts';

/** Returns the positions of the texts that contain words of the query, the best first. */
export function rankedByWords(texts: readonly string[], query: string): number[] {
  const search = new MiniSearch({
    fields: ['text'],
    tokenize: wordsOf,
    processTerm: (word) => word,
    searchOptions: INEXACT,
  });
  search.addAll(texts.map((text, id) => ({ id, text })));
  return search.search(query).map(({ id }): number => id);
}
