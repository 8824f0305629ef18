import { countOf, formatNumber } from '../../shared/figures/format.ts';
import { printable, printableLine } from '../../shared/printable.ts';
import type { RunObject } from '../reports/run-json.ts';

/** Formats a number with thousands separators and all its decimals: `1,234.5`. */
export function grouped(value: number): string {
  return formatNumber(value, String(value).split('.')[1]?.length ?? 0);
}

/** Notes on how often a run was resumed and how many turns it lost; empty if neither. */
export function resumedNotes({
  resumptions = 0,
  lost_turns: lost = 0,
}: Pick<RunObject, 'resumptions' | 'lost_turns'>): string[] {
  return [
    ...(resumptions > 0 ? [resumptions === 1 ? 'resumed' : `resumed ${countOf(resumptions, 'time')}`] : []),
    ...(lost > 0 ? [`${countOf(lost, 'turn')} lost`] : []),
  ];
}

/** A table of cells in columns, two spaces apart. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, width(cell));
  }
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - width(cell))))
      .join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

/** Truncates a text to a width in terminal columns. */
export function truncateToWidth(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  for (const char of text) {
    if (width(kept) + width(char) > columns - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

/** The width of a text in terminal columns. Emoji and East Asian characters take two. */
export function width(text: string): number {
  let columns = 0;
  for (const char of text) {
    if (/\p{Mn}|\u200d|\ufe0f/u.test(char)) continue;
    columns += /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\uffdc]/u.test(char) && char > '\u00ff' ? 2 : 1;
  }
  return columns;
}

/** Returns printable text of several lines with tabs as spaces. */
export function plainLines(text: string): string {
  return printable(text).replaceAll('\t', '    ');
}

/** Returns printable text on one line. */
export function stripControlCharacters(text: string): string {
  return printableLine(text);
}
