import MiniSearch, { type Options } from 'minisearch';
import { sha256OfParts } from '../base/hash.ts';
import type { IndexedPiece } from './read-pieces.ts';
import type { StoredFiles } from './stored-files.ts';
import { INEXACT, wordsOf } from './words.ts';

interface Entry {
  id: number;
  text: string;
  headings: string;
  file: string;
}

/** Increase it after a change that makes stored indexes invalid. */
const VERSION = 1;
/** The number of pieces that are indexed before other work of the process continues. */
const CHUNK = 50;

const OPTIONS: Options<Entry> = {
  fields: ['text', 'headings', 'file'],
  tokenize: wordsOf,
  processTerm: (word) => word,
  searchOptions: { ...INEXACT, boost: { headings: 2 } },
};

/** Finds pieces by their words (BM25). */
export class KeywordIndex {
  readonly #search: MiniSearch<Entry>;

  private constructor(search: MiniSearch<Entry>) {
    this.#search = search;
  }

  /** Returns the index of these pieces. Indexes are stored by the content of their pieces. */
  static async open(
    pieces: readonly IndexedPiece[],
    hashes: readonly string[],
    stored: StoredFiles,
  ): Promise<KeywordIndex> {
    const name = `${sha256OfParts(['index', VERSION, hashes])}.json`;
    const json = await stored.get(name);
    const known = json === null ? null : await load(json.toString('utf8'), pieces.length);
    if (known !== null) return new KeywordIndex(known);
    const search = new MiniSearch<Entry>(OPTIONS);
    await search.addAllAsync(pieces.map(entryOf), { chunkSize: CHUNK });
    await stored.put(name, JSON.stringify(search));
    return new KeywordIndex(search);
  }

  /** Returns the positions of the pieces that contain words of the query, the best first. */
  find(query: string, accepts: (piece: number) => boolean): number[] {
    return this.#search.search(query, { filter: ({ id }) => accepts(id) }).map(({ id }) => id);
  }
}

function entryOf({ file, piece }: IndexedPiece, id: number): Entry {
  return { id, text: piece.text, headings: piece.headings.join(' '), file };
}

/** Null for an index that is damaged or of other pieces. */
async function load(json: string, pieces: number): Promise<MiniSearch<Entry> | null> {
  try {
    const search = await MiniSearch.loadJSONAsync<Entry>(json, OPTIONS);
    return search.documentCount === pieces ? search : null;
  } catch {
    return null;
  }
}
