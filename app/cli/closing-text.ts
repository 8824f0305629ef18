import { shownFigures } from '../../shared/figures/catalogue/catalogue.ts';
import type { MeasuredFigures } from '../../shared/figures/figures.ts';
import { formatDuration, formatNumber, formatPercent } from '../../shared/figures/format.ts';
import type { TaskFigures } from '../../shared/figures/task-figures.ts';
import { tokensOf } from '../../shared/figures/usage.ts';
import { CUT_AT_LENGTH_ADVICE } from '../../shared/run/cut-at-length.ts';
import { type BatchFigures, isReusedRow } from '../reports/batch/figures.ts';
import type { RunObject } from '../reports/run-json.ts';
import { rowLabel } from './row-label.ts';
import { taskList } from './task-list.ts';
import { resumedNotes, stripControlCharacters, table } from './text.ts';

/** Keys of the figures that the closing text shows, in order. */
const CLOSING = ['success_rate', 'makespan', 'throughput'];
/** Above this number of rows, only rows that did not complete normally are listed. */
const ROWS_LISTED = 50;

/** The text printed when a run ends: its outcome and main figures, then each task, concurrent before sequential. */
export function closingText(run: RunObject, measured: MeasuredFigures): string {
  const resumed = resumedNotes(run);
  const { overall } = shownFigures(measured);
  const figures = [
    ['Outcome', run.reason === null ? run.outcome : `${run.outcome} (${run.reason})`],
    ...CLOSING.flatMap((key) => overall.filter((figure) => figure.key === key).map(({ label, text }) => [label, text])),
    ...(resumed.length === 0 ? [] : [['Interrupted', resumed.join(', ')]]),
  ];
  return [
    '\n',
    table(figures.map(([name = '', value = '']) => [`  ${name}`, value])),
    taskList(measured.tasks),
    truncatedText(measured.tasks),
  ].join('');
}

/** The closing text of a batch: its main figures, then one line per row. */
export function closingTextOfBatch(figures: BatchFigures): string {
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
    rowLabel(row.inputs),
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

/** Lists truncated results and what to do about them; empty if there are none. */
function truncatedText(tasks: readonly TaskFigures[]): string {
  const truncated = tasks.filter((task) => task.cutAtLength);
  if (truncated.length === 0) return '';
  const titles = truncated.map(({ title }) => stripControlCharacters(title));
  return `\nTruncated: ${titles.join(', ')}. ${CUT_AT_LENGTH_ADVICE}\n`;
}
