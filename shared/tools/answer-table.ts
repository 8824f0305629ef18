/** The number of rows that are shown if the call does not give one. */
export const USUAL_ROWS = 200;
const MAX_COLUMNS = 100;
const MAX_CELL = 400;
/** The limit of file_reader applies here too: more text would fill the model's context window. */
const MAX_CHARACTERS = 64_000;

/** Returns the limits of a query for `answerTable`: one row and one character more than are shown. */
export function fetched(maxRows: number): { limit: number; width: number; columns: number } {
  return { limit: maxRows + 1, width: MAX_CELL + 1, columns: MAX_COLUMNS };
}

export interface FirstRows {
  titles: readonly string[];
  /** Columns of the result, of which `titles` may name only the first. */
  columnCount: number;
  rows: readonly (readonly unknown[])[];
}

/**
 * Writes the first rows as a Markdown table. A note lists what is missing. `complete` is true if the table contains all
 * rows.
 */
export function answerTable(
  { titles, columnCount, rows }: FirstRows,
  maxRows: number,
): { text: string; complete: boolean } {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = [line(titles.map(cell)), line(titles.map(() => '---'))];
  const lines = rows.slice(0, maxRows).map((row) => line(row.map(cell)));
  const shown = fitting(lines, MAX_CHARACTERS - head.join('\n').length);
  const notes = [
    ...(shown.length < rows.length
      ? [`[the first ${counted(shown.length, 'row')} only; there are more. Add LIMIT or aggregate]`]
      : []),
    ...(titles.length < columnCount
      ? [`[the first ${titles.length} of ${columnCount} columns. Name the columns that you need]`]
      : []),
  ];
  return { text: [[...head, ...shown].join('\n'), ...notes].join('\n\n'), complete: shown.length === rows.length };
}

/** Returns as many lines as fit, at least one. */
function fitting(lines: readonly string[], room: number): readonly string[] {
  let left = room;
  const end = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return end < 0 ? lines : lines.slice(0, Math.max(end, 1));
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function cell(value: unknown): string {
  const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const short = text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text;
  return short.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}
