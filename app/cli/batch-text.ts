import { formatDuration, formatNumber, formatPercent } from '../../shared/figures/format.ts';
import { tokensOf } from '../../shared/figures/usage.ts';
import type { Batch } from '../launch/batch/batch.ts';
import { type BatchFigures, isReusedRow } from '../reports/batch/figures.ts';
import { stripControlCharacters, table } from './text.ts';

const INPUT_CHARACTERS = 40;
/** Above this number of rows, only rows that did not complete normally are listed. */
const ROWS_LISTED = 50;

/** The text printed when a batch starts. */
export function batchOpening({ crew, rows, slots }: Batch): string {
  const concurrent = crew.tasks.filter((task) => task.async).length;
  const before = rows.filter(({ status }) => status === 'ended').length;
  const lines = [
    ['Rows', formatNumber(rows.length)],
    ...(before > 0 ? [['Already done', formatNumber(before)]] : []),
    ['Tasks per row', String(crew.tasks.length)],
    ['Concurrent', String(concurrent)],
    ['Sequential', String(crew.tasks.length - concurrent)],
    ['Slots, shared by all rows', String(slots)],
  ];
  return `${crew.name}\n${table(lines.map(([name = '', value = '']) => [`  ${name}`, value]))}\n`;
}

/** The closing text of a batch: its main figures, then one line per row. */
export function batchClosing(figures: BatchFigures): string {
  const { rows, reusedRows, outcome, counts, successRate, makespanMs, concurrency, usage } = figures;
  const lines = [
    ['Outcome', outcome],
    [
      'Success rate',
      `${formatPercent(successRate)} (${formatNumber(counts.completed)} of ${formatNumber(counts.total)} tasks)`,
    ],
    ...(reusedRows > 0 ? [['Reused rows', formatNumber(reusedRows)]] : []),
    ['Makespan', formatDuration(makespanMs)],
    ['Peak concurrency', `${concurrency.peak} turns over all rows`],
    ['Tokens', formatNumber(tokensOf(usage))],
  ];
  const listed = rows.length <= ROWS_LISTED ? rows : rows.filter((row) => row.outcome !== 'completed');
  const left = rows.length - listed.length;
  const each = listed.map((row) => [
    `  Row ${row.row}`,
    inputsText(row.inputs),
    row.run === null ? 'not started' : `${row.outcome}${isReusedRow(row) ? ' (reused)' : ''}`,
    `${row.counts.completed} of ${row.counts.total}`,
    row.run === null ? '' : formatDuration(row.makespanMs),
  ]);
  return [
    '\n',
    table(lines.map(([name = '', value = '']) => [`  ${name}`, value])),
    '\nRows\n',
    table(each),
    left > 0 ? `  ${formatNumber(left)} more rows completed\n` : '',
  ].join('');
}

/** The inputs of a row, truncated to fit a line. */
export function inputsText(inputs: Readonly<Record<string, string>>): string {
  const text = stripControlCharacters(
    Object.entries(inputs)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
  );
  const characters = [...text];
  return characters.length > INPUT_CHARACTERS ? `${characters.slice(0, INPUT_CHARACTERS - 1).join('')}…` : text;
}
