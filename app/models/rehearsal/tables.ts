import type { AnsweredCall } from './conversation.ts';

export interface Table {
  /** The queried file. */
  source: string;
  columns: string[];
  rows: string[][];
}

/** Returns the tables in the answers of `query_data`. */
export function tablesIn(done: readonly AnsweredCall[]): Table[] {
  return done.flatMap(({ name, args, answer }) => {
    if (name !== 'query_data') return [];
    const lines = answer.split('\n').filter((line) => line.startsWith('| '));
    const [heading, , ...rows] = lines.map(cellsOf);
    const source = /FROM '([^']+)'/.exec(String(args['sql'] ?? ''))?.[1] ?? 'the data';
    return heading === undefined || rows.length === 0 ? [] : [{ source, columns: heading, rows }];
  });
}

export interface Figure {
  name: string;
  value: string;
}

/** Extracts single figures from tables with one row, each with its label. */
export function figuresIn(done: readonly AnsweredCall[]): Figure[] {
  return tablesIn(done).flatMap(({ source, columns, rows }) => {
    const [row] = rows;
    if (rows.length !== 1 || !row) return [];
    return columns.map((column, index) => ({
      name: `${column.replaceAll('_', ' ')} in ${source}`,
      value: row[index] ?? '',
    }));
  });
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
