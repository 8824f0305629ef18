/** A page or sheet of a document. `place` is empty for a document without parts. */
export interface Part {
  place: string;
  text: string;
}

/** A piece of a document that can be found. */
export interface Piece {
  /** The page or sheet; empty for a document without parts. */
  place: string;
  /** The headings above it, the outermost first. */
  headings: string[];
  text: string;
}

/** The longest piece, in characters. */
export const PIECE_CHARACTERS = 1500;

/**
 * Splits a document into pieces of up to `PIECE_CHARACTERS`. A heading starts a piece, and paragraphs below it stay
 * together as far as they fit. Longer paragraphs are split at lines, sentences or words.
 */
export function piecesOf(parts: readonly Part[]): Piece[] {
  return parts.flatMap(({ place, text }) =>
    sectionsOf(text.replaceAll(/\r\n?/g, '\n')).flatMap(({ headings, lines }) =>
      packed(paragraphsOf(lines)).map((piece) => ({ place, headings, text: piece })),
    ),
  );
}

interface Section {
  headings: string[];
  lines: string[];
}

const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const FENCE = /^ {0,3}(```|~~~)/;

/** Splits a text at the headings of Markdown, except inside blocks of code. */
function sectionsOf(text: string): Section[] {
  const sections: Section[] = [{ headings: [], lines: [] }];
  let path: { level: number; title: string }[] = [];
  let fence: string | null = null;
  for (const line of text.split('\n')) {
    const mark = FENCE.exec(line)?.[1] ?? null;
    if (mark !== null && (fence === null || fence === mark)) fence = fence === null ? mark : null;
    const [, marks = '', title = ''] = (fence === null && HEADING.exec(line)) || [];
    if (title === '') {
      sections.at(-1)?.lines.push(line);
      continue;
    }
    path = [...path.filter(({ level }) => level < marks.length), { level: marks.length, title }];
    sections.push({ headings: path.map((one) => one.title), lines: [] });
  }
  return sections;
}

function paragraphsOf(lines: readonly string[]): string[] {
  return lines
    .join('\n')
    .split(/\n[ \t]*\n/)
    .map((paragraph) => paragraph.replace(/^\n+|\s+$/g, ''))
    .filter((paragraph) => paragraph.trim() !== '');
}

/** Joins paragraphs to pieces, and splits those that are too long. */
function packed(paragraphs: readonly string[]): string[] {
  const pieces: string[] = [];
  for (const part of paragraphs.flatMap(split)) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length + part.length + 2 <= PIECE_CHARACTERS)
      pieces[pieces.length - 1] = `${last}\n\n${part}`;
    else pieces.push(part);
  }
  return pieces;
}

/** Splits a paragraph at the last line, sentence or word that fits, and otherwise between two characters. */
function split(paragraph: string): string[] {
  const pieces: string[] = [];
  let rest = paragraph;
  while (rest.length > PIECE_CHARACTERS) {
    const end = splitPoint(rest.slice(0, PIECE_CHARACTERS));
    pieces.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...pieces, rest].filter((piece) => piece !== '');
}

function splitPoint(start: string): number {
  const least = PIECE_CHARACTERS / 2;
  const line = start.lastIndexOf('\n') + 1;
  if (line >= least) return line;
  const sentence = Math.max(
    ...[...start.matchAll(/[.!?。！？]["')\]]?\s|[。！？]/g)].map((end) => end.index + end[0].length),
    0,
  );
  if (sentence >= least) return sentence;
  const word = start.lastIndexOf(' ') + 1;
  if (word >= least) return word;
  const splitsPair = /[\ud800-\udbff]$/.test(start);
  return splitsPair ? start.length - 1 : start.length;
}
