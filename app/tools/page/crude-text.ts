import { isInline, isSilent, tidy } from './page-text.ts';

const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/**
 * Returns the text of a page without parsing it, in time proportional to its size: for pages with more elements than a
 * parser can handle. It understands tags, comments, scripts and the common character references.
 */
export function crudeText(html: string): string {
  const lower = html.toLowerCase();
  const pieces: string[] = [];
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    pieces.push(html.slice(at, open < 0 ? undefined : open).replaceAll(/\s+/g, ' '));
    if (open < 0) break;
    const name = /^\/?([a-z][a-z0-9]*)/.exec(lower.slice(open + 1, open + 20))?.[1] ?? '';
    const end = endOf(lower, open, name);
    if (end < 0) break;
    if (name !== '' && !isInline(name)) pieces.push('\n');
    at = end;
  }
  return tidy(pieces.join('').replaceAll(ENTITY, decoded));
}

/** Returns the position after a tag, a comment or an element without text. -1: it does not end. */
function endOf(lower: string, open: number, name: string): number {
  const mark = lower.startsWith('<!--', open) ? '-->' : isSilent(name) && lower[open + 1] !== '/' ? `</${name}` : '>';
  const found = lower.indexOf(mark, open + 1);
  return found < 0 ? -1 : found + mark.length;
}

function decoded(entity: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? entity;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
