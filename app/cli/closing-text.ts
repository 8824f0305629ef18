import type { Crew } from '../../shared/crew/schema.ts';
import { titleOf } from '../../shared/crew/titles.ts';
import { shownFigures } from '../../shared/figures/catalogue/catalogue.ts';
import type { MeasuredFigures } from '../../shared/figures/figures.ts';
import { formatDuration, formatNumber, formatPercent } from '../../shared/figures/format.ts';
import { tokensOf } from '../../shared/figures/usage.ts';
import { CUT_AT_LENGTH_ADVICE } from '../../shared/run/cut-at-length.ts';
import { type BatchFigures, isReusedRow } from '../reports/batch/figures.ts';
import type { ResultObject, RunObject } from '../reports/run-json.ts';
import { rowLabel } from './row-label.ts';
import { resumedNotes, stripControlCharacters, table } from './text.ts';

/** Keys of the figures that the closing text shows, in order. */
const CLOSING = ['success_rate', 'makespan', 'throughput'];
/** Above this number of rows, only rows that did not complete normally are listed. */
const ROWS_LISTED = 50;

/** The text printed when a run ends: its outcome and main figures, then each task, concurrent before sequential. */
export function closingText(crew: Crew, run: RunObject, measured: MeasuredFigures): string {
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
    taskTable('Concurrent tasks', crew, run, true),
    taskTable('Sequential tasks', crew, run, false),
    truncatedText(crew, run),
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
function truncatedText({ tasks }: Crew, { results }: RunObject): string {
  const truncated = results.filter((result) => result.cut_at_length);
  if (truncated.length === 0) return '';
  const titles = tasks
    .filter(({ name }) => truncated.some(({ task }) => task === name))
    .map((task) => stripControlCharacters(titleOf(task)));
  return `\nTruncated: ${titles.join(', ')}. ${CUT_AT_LENGTH_ADVICE}\n`;
}

function taskTable(heading: string, crew: Crew, run: RunObject, async: boolean): string {
  const results = new Map(run.results.map((result) => [result.task, result]));
  const rows = crew.tasks
    .filter((task) => task.async === async)
    .map((task) => {
      const result = results.get(task.name);
      return [
        `  ${stripControlCharacters(titleOf(task))}`,
        result?.assigned_agent ?? '',
        statusOf(result),
        async ? 'concurrent' : 'sequential',
      ];
    });
  return rows.length === 0 ? '' : `\n${heading}\n${table(rows)}`;
}

function statusOf(result: ResultObject | undefined): string {
  if (!result) return 'pending';
  const notes = [
    ...(result.degraded ? ['degraded'] : []),
    ...(result.cached ? ['from the cache'] : []),
    ...(result.kept ? ['reused'] : []),
    ...(result.edited ? ['edited by a person'] : []),
    ...(result.cut_at_length ? ['truncated'] : []),
  ];
  return [result.status, ...notes].join(', ');
}
