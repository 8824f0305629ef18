import { sha256OfParts } from '../base/hash.ts';
import type { PiecesOfFiles } from './read-pieces.ts';
import type { StoredFiles } from './stored-files.ts';

/** Embeddings of texts, in the order of the texts, or the reason why there are none, as a sentence. */
export type EmbedResult =
  | { ok: true; vectors: readonly (readonly number[])[]; tokens: number }
  | { ok: false; reason: string };

/** The model that makes embeddings. */
export interface Embedder {
  /** Its provider, address and name. Embeddings of different models cannot be compared. */
  readonly id: readonly string[];
  /** Its name for people. */
  readonly name: string;
  embed(texts: readonly string[], signal: AbortSignal): Promise<EmbedResult>;
}

/** The number of texts in one request, below the limit of every provider. */
const BATCH = 64;

/** Finds pieces by their meaning: the embeddings of all pieces, each of length 1. */
export class MeaningIndex {
  readonly #embedder: Embedder;
  readonly #vectors: Float32Array;
  readonly #dimensions: number;
  /** The tokens that were embedded for this index. */
  readonly tokens: number;

  private constructor(embedder: Embedder, vectors: Float32Array, dimensions: number, tokens: number) {
    this.#embedder = embedder;
    this.#vectors = vectors;
    this.#dimensions = dimensions;
    this.tokens = tokens;
  }

  /** Embeds the pieces of files that were not embedded before. Returns the index, or why there is none. */
  static async open(
    { pieces, files }: PiecesOfFiles,
    embedder: Embedder,
    stored: StoredFiles,
    signal: AbortSignal,
  ): Promise<MeaningIndex | string> {
    const parts: Float32Array[] = [];
    let dimensions: number | null = null;
    let tokens = 0;
    let start = 0;
    for (const { pieces: count, hash } of files) {
      const texts = pieces.slice(start, start + count).map(({ piece }) => [...piece.headings, piece.text].join('\n'));
      start += count;
      const vectors = await vectorsOf(texts, hash, embedder, stored, signal);
      if (typeof vectors === 'string') return vectors;
      dimensions ??= vectors.dimensions;
      if (dimensions !== vectors.dimensions)
        return `${embedder.name} returned embeddings of different lengths. Use another model.`;
      tokens += vectors.tokens;
      parts.push(vectors.values);
    }
    return new MeaningIndex(embedder, joined(parts), dimensions ?? 0, tokens);
  }

  /** Returns the positions of the most similar pieces, the best first, or why the query has no embedding. */
  async find(
    query: string,
    count: number,
    accepts: (piece: number) => boolean,
    signal: AbortSignal,
  ): Promise<number[] | string> {
    const embedded = await this.#embedder.embed([query], signal);
    if (!embedded.ok) return embedded.reason;
    const [vector = []] = embedded.vectors;
    if (vector.length !== this.#dimensions)
      return `${this.#embedder.name} returned embeddings of different lengths. Use another model.`;
    const values = unit(vector);
    const pieces = Array.from({ length: this.#vectors.length / this.#dimensions }, (_, piece) => piece).filter(accepts);
    return pieces
      .map((piece) => ({ piece, similarity: this.#similarity(values, piece) }))
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, count)
      .map(({ piece }) => piece);
  }

  #similarity(vector: Float32Array, piece: number): number {
    const start = piece * this.#dimensions;
    let sum = 0;
    for (let index = 0; index < this.#dimensions; index += 1)
      sum += (vector[index] ?? 0) * (this.#vectors[start + index] ?? 0);
    return sum;
  }
}

interface Vectors {
  values: Float32Array;
  dimensions: number;
  tokens: number;
}

async function vectorsOf(
  texts: readonly string[],
  hash: string,
  embedder: Embedder,
  stored: StoredFiles,
  signal: AbortSignal,
): Promise<Vectors | string> {
  const name = `${sha256OfParts(['embeddings', ...embedder.id, hash])}.f32`;
  const known = await stored.get(name);
  const bytesPerPiece = (known?.length ?? 0) / texts.length;
  if (known !== null && bytesPerPiece > 0 && bytesPerPiece % 4 === 0) {
    const values = new Float32Array(known.buffer.slice(known.byteOffset, known.byteOffset + known.length));
    return { values, dimensions: bytesPerPiece / 4, tokens: 0 };
  }
  const all: Float32Array[] = [];
  let tokens = 0;
  for (let start = 0; start < texts.length; start += BATCH) {
    signal.throwIfAborted();
    const batch = texts.slice(start, start + BATCH);
    const embedded = await embedder.embed(batch, signal);
    if (!embedded.ok) return embedded.reason;
    if (embedded.vectors.length !== batch.length) return `${embedder.name} did not embed every text.`;
    all.push(...embedded.vectors.map(unit));
    tokens += embedded.tokens;
  }
  const dimensions = all[0]?.length ?? 0;
  if (dimensions === 0 || all.some((vector) => vector.length !== dimensions))
    return `${embedder.name} returned embeddings of different lengths. Use another model.`;
  const values = joined(all);
  await stored.put(name, new Uint8Array(values.buffer));
  return { values, dimensions, tokens };
}

/** A vector of length 1, so that the product of two is their similarity. */
function unit(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return Float32Array.from(vector, (value) => value / length);
}

function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    values.set(part, start);
    start += part.length;
  }
  return values;
}
