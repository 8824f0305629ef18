/** Text that others wrote (names, titles, messages) inside the reports' Markdown. */

/** On one line, with nothing that Markdown or HTML would take for its own. */
export function inline(text: string): string {
  return oneLine(text)
    .replace(/[\\`*[\]~|$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/^(#{1,6}|[-+=]|\d+[.)])(?=\s|$)/, '\\$1')
    .replace(/!(?=\\\[)/g, '\\!');
}

/** A name as code; a backtick in it does not end it. */
export function code(text: string): string {
  const plain = oneLine(text).replace(/\|/g, '\\|');
  return plain.includes('`') ? `\`\` ${plain} \`\`` : `\`${plain}\``;
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

/** A label of a Mermaid drawing, between double quotes. */
export function mermaidLabel(text: string): string {
  return oneLine(text).replace(/[#"`<>&;\\{}]/g, (char) => `#${char.codePointAt(0)};`);
}

/** The name of a bar or section in a Mermaid Gantt, which knows no way to escape: what it would read is left out. */
export function ganttName(text: string): string {
  const plain = oneLine(text)
    .replace(/[:;#,%<>&"`\\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return plain === '' ? 'task' : plain;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
