import { printableLine } from '../../shared/printable.ts';

/** Escapes a name, a title or a message on one line, so that no part of it is Markdown or HTML. */
export function inline(text: string): string {
  return printableLine(text)
    .replace(/[\\`*[\]~|$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/^(#{1,6}|[-+=]|\d+[.)])(?=\s|$)/, '\\$1')
    .replace(/!(?=\\\[)/g, '\\!');
}

/** Returns a name as code, between more backticks than it contains in a row. */
export function code(text: string): string {
  const plain = printableLine(text).replace(/\|/g, '\\|');
  if (!plain.includes('`')) return `\`${plain}\``;
  const longest = (plain.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${plain} ${fence}`;
}

/** Returns a table with Markdown cells. `numeric`: the indices of the right-aligned columns. */
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

/** Joins the non-empty blocks of a document with empty lines. */
export function blocks(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
