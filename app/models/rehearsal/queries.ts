import type { DataFile } from './conversation.ts';

/** Columns by which records are usually grouped, and columns that are usually summed, the most likely first. */
const GROUPS = ['segment', 'status', 'category', 'channel', 'country', 'region', 'type', 'currency'];
const FIGURES = [
  'amount',
  'revenue',
  'list_price',
  'price',
  'age',
  'stock',
  'total',
  'value',
  'quantity',
  'score',
  'rating',
];

/** The first queries for a table: its size, its data quality and its groups. */
export function queriesFor({ path, columns }: DataFile): string[] {
  const file = `'${path.replaceAll("'", "''")}'`;
  const [id] = columns;
  if (id === undefined) return [`SELECT count(*) AS records FROM ${file}`];
  const group = GROUPS.find((name) => columns.includes(name));
  const figure = FIGURES.find((name) => columns.includes(name));
  return [cleanness(file, id, columns), ...(group === undefined ? [] : [division(file, group, figure)])];
}

function cleanness(file: string, id: string, columns: readonly string[]): string {
  const gaps = columns.map((name) => `count(*) FILTER (WHERE ${quoted(name)} IS NULL)`).join(' + ');
  const date = columns.find((name) => /date|login/.test(name));
  const dates =
    date === undefined
      ? ''
      : `, count(*) FILTER (WHERE ${quoted(date)} IS NOT NULL AND TRY_CAST(${quoted(date)} AS DATE) IS NULL) AS bad_dates`;
  return `SELECT count(*) AS records, count(*) - count(DISTINCT ${quoted(id)}) AS duplicates, ${gaps} AS gaps${dates} FROM ${file}`;
}

function division(file: string, group: string, figure: string | undefined): string {
  const sums =
    figure === undefined
      ? ''
      : `, round(sum(TRY_CAST(${quoted(figure)} AS DOUBLE)), 2) AS total_${figure}, round(median(TRY_CAST(${quoted(figure)} AS DOUBLE)), 2) AS median_${figure}`;
  return `SELECT ${quoted(group)}, count(*) AS records${sums} FROM ${file} GROUP BY ${quoted(group)} ORDER BY records DESC LIMIT 10`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
