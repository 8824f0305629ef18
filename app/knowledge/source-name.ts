import type { Piece } from './pieces.ts';

/** Long headings would hide the text. */
const MAX_HEADING = 80;

/** Returns where a passage is, as models and people read it: `manual.pdf p. 12`, `guide.md, Setup`. */
export function sourceName(file: string, { place, headings }: Pick<Piece, 'place' | 'headings'>): string {
  const heading = headings.at(-1) ?? '';
  const where = /^p\. \d+$/.test(place) ? ` ${place}` : place === '' ? '' : `, ${place}`;
  const section = heading === '' || place !== '' ? '' : `, ${shortened(heading)}`;
  return inOneLine(`${file}${where}${section}`);
}

function shortened(heading: string): string {
  const characters = [...heading];
  return characters.length <= MAX_HEADING ? heading : `${characters.slice(0, MAX_HEADING - 1).join('')}…`;
}

/** A source is written in brackets, so it contains none, and no line break. */
function inOneLine(text: string): string {
  return text.replaceAll('[', '(').replaceAll(']', ')').replaceAll(/\s+/g, ' ').trim();
}
