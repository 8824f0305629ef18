import { extname } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../shared/parse-json.ts';
import { sha256 as hashOf, sha256OfParts } from '../base/hash.ts';
import type { KnowledgeFile, KnowledgeFiles, LeftOut } from './knowledge-files.ts';
import { type Part, type Piece, piecesOf } from './pieces.ts';
import type { StoredFiles } from './stored-files.ts';

/** Increase it after a change that makes stored pieces invalid. */
const VERSION = 1;
/** The maximum number of pieces of a crew: about 30 million characters. */
const MAX_PIECES = 20_000;

/** A piece and the file that it is from. */
export interface IndexedPiece {
  file: string;
  piece: Piece;
}

/** Returns the pages or sheets of a document, or why it cannot be read, as a sentence that begins with its path. */
export type ReadParts = (
  path: string,
  bytes: Uint8Array,
  signal: AbortSignal,
) => Promise<{ ok: true; parts: Part[] } | { ok: false; text: string }>;

/** The pieces of all files, and the files that cannot be used. */
export interface PiecesOfFiles {
  pieces: readonly IndexedPiece[];
  /** The files with their pieces, in the order of `pieces`. */
  files: readonly { file: KnowledgeFile; pieces: number; hash: string }[];
  leftOut: readonly LeftOut[];
}

const storedSchema = z.array(z.object({ place: z.string(), headings: z.array(z.string()), text: z.string() }));

/** Reads the pieces of all files, one file after another. Files that were read before are not read again. */
export async function readPieces(
  source: KnowledgeFiles,
  read: ReadParts,
  stored: StoredFiles,
  signal: AbortSignal,
): Promise<PiecesOfFiles> {
  const found = await source.find();
  const pieces: IndexedPiece[] = [];
  const files: PiecesOfFiles['files'][number][] = [];
  const leftOut: LeftOut[] = [...found.leftOut];
  for (const file of found.files) {
    signal.throwIfAborted();
    const hash = sha256OfParts(['pieces', VERSION, extname(file.file).toLowerCase(), file.sha256]);
    const known = await piecesOfFile(file, hash, { source, read, stored, signal });
    if (typeof known === 'string') leftOut.push({ file: file.file, why: known });
    else if (pieces.length + known.length > MAX_PIECES)
      leftOut.push({ file: file.file, why: `has ${known.length} pieces, and a crew can have ${MAX_PIECES}` });
    else {
      files.push({ file, pieces: known.length, hash });
      pieces.push(...known.map((piece) => ({ file: file.file, piece })));
    }
  }
  return { pieces, files, leftOut };
}

interface Reading {
  source: KnowledgeFiles;
  read: ReadParts;
  stored: StoredFiles;
  signal: AbortSignal;
}

async function piecesOfFile(
  { file, sha256 }: KnowledgeFile,
  hash: string,
  { source, read, stored, signal }: Reading,
): Promise<Piece[] | string> {
  const name = `${hash}.json`;
  const json = await stored.get(name);
  const known = storedSchema.safeParse(json === null ? null : parseJson(json.toString('utf8')));
  if (known.success) return known.data;
  const bytes = await source.read(file);
  if (typeof bytes === 'string') return bytes;
  if (hashOf(bytes) !== sha256) return 'changed while it was read';
  const parts = await read(file, bytes, signal);
  // The reader names the file, which the caller names too.
  if (!parts.ok)
    return parts.text.startsWith(`${file} `) ? parts.text.slice(file.length + 1).replace(/\.$/, '') : parts.text;
  const pieces = piecesOf(parts.parts);
  if (pieces.length === 0) return 'has no text';
  await stored.put(name, JSON.stringify(pieces));
  return pieces;
}
