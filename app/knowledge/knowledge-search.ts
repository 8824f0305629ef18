import type { FoundPassage } from '../../shared/slot/slot-event.ts';
import type { SlotAnswer } from '../../shared/slot/slot-request.ts';
import type { ServerReport } from '../base/main-tools.ts';
import { KeywordIndex } from './keyword-index.ts';
import type { KnowledgeFiles } from './knowledge-files.ts';
import { type Embedder, MeaningIndex } from './meaning-index.ts';
import { type PiecesOfFiles, type ReadParts, readPieces } from './read-pieces.ts';
import { sourceName } from './source-name.ts';
import type { StoredFiles } from './stored-files.ts';

/** The parts of a search: the files, their reader, the stored indexes and the embedding model. */
export interface KnowledgeParts {
  files: KnowledgeFiles;
  read: ReadParts;
  stored: StoredFiles;
  /** Null: passages are found by their words only. */
  embedder: Embedder | null;
}

interface OpenIndex {
  known: PiecesOfFiles;
  keywords: KeywordIndex;
  meanings: MeaningIndex | null;
  /** The event of the index, for a later failure. */
  indexed: Extract<Parameters<ServerReport>[0], { type: 'knowledge.indexed' }>;
}

/** The number of best pieces of each ranking that are combined. The rest fits the query too little. */
const RANKED = 100;
/** The constant of reciprocal rank fusion, with its usual value. With a larger one, weights fall more slowly with the rank. */
const RANK_CONSTANT = 60;

/** The knowledge of one run. All slots share it. Its files are read at the first search. */
export class KnowledgeSearch {
  readonly #parts: KnowledgeParts;
  readonly #report: ServerReport;
  readonly #closing = new AbortController();
  #open: Promise<OpenIndex> | null = null;

  constructor(parts: KnowledgeParts, report: ServerReport) {
    this.#parts = parts;
    this.#report = report;
  }

  /** Returns the passages of what an agent knows that fit a query best. Their texts name their sources. */
  async find(agent: string, query: string, count: number): Promise<SlotAnswer> {
    this.#open ??= this.#index();
    const index = await this.#open;
    const accepts = this.#knownTo(agent, index);
    if (!index.known.pieces.some((_, piece) => accepts(piece)))
      return {
        ok: false,
        text: `The files that ${agent} knows contain no text, or there are none. Continue without them.`,
      };
    const pieces = await this.#ranked(index, query, accepts);
    const passages = pieces.slice(0, count).flatMap((at): FoundPassage[] => {
      const found = index.known.pieces[at];
      return found === undefined
        ? []
        : [{ source: sourceName(found.file, found.piece), file: found.file, text: found.piece.text }];
    });
    const text = passages.map(({ source, text: passage }) => `[${source}] ${passage}`).join('\n\n');
    return { ok: true, text: text || `No passage matches "${query}". Try other words.`, passages };
  }

  /** Ends reading and embedding. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#open?.catch(() => undefined);
    await this.#parts.stored.trim();
  }

  #knownTo(agent: string, { known }: OpenIndex): (piece: number) => boolean {
    const files = new Set(
      known.files.filter(({ file }) => this.#parts.files.isKnown(agent, file)).map(({ file }) => file.file),
    );
    return (piece) => files.has(known.pieces[piece]?.file ?? '');
  }

  /** Combines the ranking by words with that by meaning, if there is one. */
  async #ranked(index: OpenIndex, query: string, accepts: (piece: number) => boolean): Promise<number[]> {
    const byWords = index.keywords.find(query, accepts);
    if (index.meanings === null) return byWords;
    const byMeaning = await index.meanings.find(query, RANKED, accepts, this.#closing.signal);
    if (typeof byMeaning !== 'string') return combined([byWords.slice(0, RANKED), byMeaning]);
    // Reported once: later searches use words only.
    if (index.meanings !== null) this.#report({ ...index.indexed, failure: byMeaning });
    index.meanings = null;
    return byWords;
  }

  async #index(): Promise<OpenIndex> {
    const start = performance.now();
    const { files, read, stored, embedder } = this.#parts;
    const { signal } = this.#closing;
    const known = await readPieces(files, read, stored, signal);
    const hashes = known.files.map(({ file, hash }) => `${file.file} ${hash}`);
    const keywords = await KeywordIndex.open(known.pieces, hashes, stored);
    const opened = embedder === null ? null : await MeaningIndex.open(known, embedder, stored, signal);
    const meanings = opened === null || typeof opened === 'string' ? null : opened;
    const indexed: OpenIndex['indexed'] = {
      type: 'knowledge.indexed',
      files: known.files.map(({ file: { file, sha256 }, pieces }) => ({ file, sha256, pieces })),
      ...(known.leftOut.length === 0 ? {} : { left_out: [...known.leftOut] }),
      pieces: known.pieces.length,
      ...(meanings === null || embedder === null
        ? {}
        : { embeddings: { model: embedder.name, tokens: meanings.tokens } }),
      ...(typeof opened === 'string' ? { failure: opened } : {}),
      ms: Math.round(performance.now() - start),
    };
    this.#report(indexed);
    return { known, keywords, meanings, indexed };
  }
}

/** Combines rankings: a piece counts more the higher it is in each of them (reciprocal rank fusion). */
function combined(rankings: readonly (readonly number[])[]): number[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings)
    for (const [place, piece] of ranking.entries())
      scores.set(piece, (scores.get(piece) ?? 0) + 1 / (RANK_CONSTANT + place + 1));
  return [...scores].sort(([, a], [, b]) => b - a).map(([piece]) => piece);
}
