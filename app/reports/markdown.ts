import { printableLine } from '../../shared/printable.ts';

/** Escapes a name, a title or a message on one line, so that neither Markdown nor HTML gives any of it a meaning. */
export function inline(text: string): string {
  return printableLine(text)
    .replace(/[\\`*[\]~|$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/^(#{1,6}|[-+=]|\d+[.)])(?=\s|$)/, '\\$1')
    .replace(/!(?=\\\[)/g, '\\!');
}

/** A name as code, between more backticks than it has in a row. */
export function code(text: string): string {
  const plain = printableLine(text).replace(/\|/g, '\\|');
  if (!plain.includes('`')) return `\`${plain}\``;
  const longest = (plain.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${plain} ${fence}`;
}

/** A table; cells are Markdown already. `numeric`: the columns, from 0, that are set to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: readonly number[] = [],
): string {
  const rule = head.map((_, at) => (numeric.includes(at) ? '---:' : '---'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

export function numbered(lines: readonly string[]): string {
  return lines.map((line, at) => `${at + 1}. ${line}`).join('\n');
}

/** Blocks of a document, one empty line between them; empty ones are left out. */
export function blocks(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
