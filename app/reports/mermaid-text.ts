import { printableLine } from '../../shared/printable.ts';

/**
 * Words at the beginning of a line that Mermaid's Gantt reads as a statement, in any case. Some also match as the
 * beginning of a longer word. Dates match too.
 */
const GANTT_STATEMENT =
  /^(?:acc(?:title|desc)|axisformat|call|click|dateformat|displaymode|excludes|gantt|href|includes|inclusiveenddates|section|tickinterval|title|todaymarker|topaxis|vert|weekday|weekend|---|\d{4}-\d\d-\d\d)/i;
const ZERO_WIDTH_SPACE = '\u200b';

/** In a line with one of these words, Mermaid removes the semicolon of an escape that follows a colon. */
const STYLE_STATEMENT = /style|classDef/;

/** Returns the label of a node, for use between double quotes. */
export function mermaidLabel(text: string): string {
  const special = STYLE_STATEMENT.test(text) ? /[#"`<>&;\\{}:]/g : /[#"`<>&;\\{}]/g;
  return printableLine(text).replace(special, (char) => `#${char.codePointAt(0)};`);
}

/**
 * Returns the name of a bar. The Gantt has no escapes: special characters become spaces, and a name that begins like
 * a statement gets an invisible character in front.
 */
export function ganttName(text: string): string {
  const plain = printableLine(text.replace(/[:;#,%<>&"`\\]/g, ' '));
  if (plain === '') return 'task';
  return GANTT_STATEMENT.test(plain) ? `${ZERO_WIDTH_SPACE}${plain}` : plain;
}

/** Puts the lines of a drawing into a fence that viewers draw. */
export function mermaidBlock(lines: readonly string[]): string {
  return ['```mermaid', ...lines, '```'].join('\n');
}
