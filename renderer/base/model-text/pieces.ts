/**
 * A piece ends after the first block that ends at or beyond this length: a page shows few pieces, and each one is
 * cheap.
 */
const MIN_PIECE_LENGTH = 2_000;
/**
 * The maximum length of a piece, in UTF-16 units. Only a longer single block, such as a large table, is cut, at a line
 * end.
 */
export const MAX_PIECE_LENGTH = 16_000;

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const LIST_ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;

export interface Piece {
  text: string;
  /** The piece is a part of one long block, so it cannot be formatted separately. */
  cut: boolean;
}

interface Position {
  /** Where the current piece starts. */
  start: number;
  fence: string | null;
  isList: boolean;
}

/**
 * Cuts Markdown into pieces that can be formatted separately: at blank lines between top-level blocks, outside of
 * fences and lists. Joining the pieces gives exactly the text.
 *
 * Pass `before`, the pieces of a text that this one continues, to cut only the new part: all pieces but the last are
 * reused, so each addition to a growing text costs the same, whatever its length.
 */
export function cutIntoPieces(text: string, before: readonly Piece[] = []): Piece[] {
  const kept = finalPieces(before);
  const start = kept.reduce((length, piece) => length + piece.text.length, 0);
  return [...kept, ...cutFrom(text, start)];
}

/**
 * The pieces of a cut block belong together. The block is cut again from its start, because only the start shows its
 * kind.
 */
function finalPieces(pieces: readonly Piece[]): readonly Piece[] {
  let end = pieces.length - 1;
  while (end > 0 && pieces[end]?.cut && pieces[end - 1]?.cut) end -= 1;
  return pieces.slice(0, Math.max(0, end));
}

function cutFrom(text: string, from: number): Piece[] {
  const pieces: Piece[] = [];
  const position: Position = { start: from, fence: null, isList: false };
  let isAfterBlank = false;
  for (let line = from; line < text.length; ) {
    const end = endOfLine(text, line);
    const content = text.slice(line, Math.min(end, line + 200));
    const isBlank = content.trim() === '';
    if (!isBlank && isAfterBlank && startsBlock(content, position) && line - position.start >= MIN_PIECE_LENGTH) {
      pieces.push(...piecesOf(text.slice(position.start, line)));
      position.start = line;
    }
    if (!isBlank) follow(content, position, isAfterBlank);
    isAfterBlank = isBlank;
    line = end;
  }
  if (position.start < text.length) pieces.push(...piecesOf(text.slice(position.start)));
  return pieces;
}

/**
 * Whether a line after a blank line starts a new top-level block. An indented line, or one that continues a list, does
 * not.
 */
function startsBlock(line: string, { fence, isList }: Position): boolean {
  if (fence !== null || /^\s/.test(line)) return false;
  return !(isList && LIST_ITEM.test(line));
}

function follow(line: string, position: Position, isAfterBlank: boolean): void {
  const mark = FENCE.exec(line)?.[1];
  if (position.fence !== null) {
    const closes = mark?.startsWith(position.fence) && line.trim() === mark;
    if (closes) position.fence = null;
    return;
  }
  if (mark !== undefined) position.fence = mark;
  if (LIST_ITEM.test(line)) position.isList = true;
  else if (isAfterBlank && !/^\s/.test(line)) position.isList = false;
}

function piecesOf(block: string): Piece[] {
  if (block.length <= MAX_PIECE_LENGTH) return [{ text: block, cut: false }];
  const pieces: Piece[] = [];
  for (let at = 0; at < block.length; ) {
    const end = endOfPart(block, at);
    pieces.push({ text: block.slice(at, end), cut: true });
    at = end;
  }
  return pieces;
}

/**
 * The last line end within the maximum length of a piece. Without one, the maximum length itself, but not within a
 * surrogate pair.
 */
function endOfPart(text: string, from: number): number {
  const most = from + MAX_PIECE_LENGTH;
  if (most >= text.length) return text.length;
  const line = text.lastIndexOf('\n', most - 1);
  if (line > from) return line + 1;
  const code = text.charCodeAt(most);
  return code >= 0xdc00 && code <= 0xdfff ? most - 1 : most;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}
