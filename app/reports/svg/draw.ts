import { printable, printableLine } from '../../../shared/printable.ts';
import { PALETTE } from './palette.ts';

/** SVG as text. Numbers have at most two decimals, so that a drawing is the same on every machine. */

const FONT = 'system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Helvetica, Arial, sans-serif';

export function document(width: number, height: number, title: string, content: readonly string[]): string {
  const w = round(width);
  const h = round(height);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="${FONT}" font-size="12" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    rect(0.5, 0.5, width - 1, height - 1, { fill: PALETTE.background, stroke: PALETTE.frame, rx: 8 }),
    ...content,
    '</svg>',
  ].join('\n')}\n`;
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;

export function rect(
  x: number,
  y: number,
  width: number,
  height: number,
  attributes: Attributes,
  title?: string,
): string {
  return element('rect', { x, y, width: Math.max(0, width), height, ...attributes }, title);
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string {
  return element('line', { x1, y1, x2, y2, ...attributes });
}

export function path(d: string, attributes: Attributes, title?: string): string {
  return element('path', { d, fill: 'none', ...attributes }, title);
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return `<text${attributeText({ x, y, fill: PALETTE.text, ...attributes })}>${escapeXml(content)}</text>`;
}

/** Returns an element with a title that viewers show on hover. */
export function element(name: string, attributes: Attributes, title?: string): string {
  const head = `<${name}${attributeText(attributes)}`;
  return title === undefined ? `${head}/>` : `${head}><title>${escapeXml(title)}</title></${name}>`;
}

/** Shortens a text to a width in pixels. A shortened text ends with `…`; it is empty if not even that fits. */
export function shorten(content: string, width: number, size = 12): string {
  const chars = [...printableLine(content)];
  let used = 0;
  let kept = '';
  const room = width - size * 0.7;
  for (const [at, char] of chars.entries()) {
    used += widthOf(char, size);
    if (used > width) return kept === '' ? '' : `${kept.trimEnd()}…`;
    if (used <= room || at === chars.length - 1) kept += char;
  }
  return kept.length === chars.join('').length ? kept : content;
}

/** Returns slightly more than the width of a character in the fonts of `FONT`. */
function widthOf(char: string, size: number): number {
  const point = char.codePointAt(0) ?? 0;
  if (point > 0x2e80) return size * 1.35;
  if (/[iljtfr .,:;'|!()]/.test(char)) return size * 0.4;
  return /[mwMW%@]/.test(char) ? size * 1 : size * 0.62;
}

export function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function attributeText(attributes: Attributes): string {
  return Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? round(value) : escapeXml(value)}"`)
    .join('');
}

/** Escapes printable text, which contains only characters that XML allows, except U+FFFE and U+FFFF. */
function escapeXml(content: string): string {
  return printable(content)
    .replace(/[\ufffe\uffff]/g, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
