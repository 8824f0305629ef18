import { valueText } from '../../../shared/crew/placeholders.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { titleCase } from '../../../shared/crew/titles.ts';
import {
  countOf,
  formatCost,
  formatDateTime,
  formatDuration,
  formatNumber,
  formatPercent,
  type Moment,
} from '../../../shared/figures/format.ts';
import { OUTCOME_WORDS, timeSavedText } from '../../../shared/figures/labels.ts';
import { tokensOf } from '../../../shared/figures/usage.ts';
import { blocks, bullets, code, inline, table } from '../markdown.ts';
import { shortName } from '../short-name.ts';
import { type BatchFigures, isReusedRow } from './figures.ts';
import type { RowFailure, RowFigures } from './row.ts';

export const BATCH_SUMMARY_FILE = 'BATCH_SUMMARY.md';

const INPUT_CHARACTERS = 60;
const ROWS_NAMED = 20;

/** Returns `BATCH_SUMMARY.md`: the rows of a batch and the figures over all rows. */
export function batchSummary(crew: Crew, figures: BatchFigures, moment: Moment, timeZone: string): string {
  return `${blocks(
    `# ${inline(batchTitle(crew))}${figures.rehearsal ? ' (rehearsal)' : ''}`,
    noteOf(figures),
    [
      `**Batch Started:** ${formatDateTime(moment)} (${inline(timeZone)})`,
      `**Outcome:** ${OUTCOME_WORDS[figures.outcome]}`,
      `**Success Rate:** ${formatPercent(figures.successRate)} of the tasks of all rows`,
      `**Total Execution Time:** ${formatDuration(figures.makespanMs)}`,
    ].join('  \n'),
    '## Overview',
    overview(figures),
    '## Overall Metrics',
    bullets(overallLines(figures)),
    '## Concurrency over All Rows',
    bullets(concurrencyLines(figures)),
    sharedText(figures),
    '## Rows',
    rowTable(figures.rows),
    '## Failures',
    failureText(figures.rows),
    '## What the Figures Mean',
    bullets(MEANINGS),
  )}\n`;
}

/** Does not repeat "batch" if the crew's name ends with it. */
function batchTitle(crew: Crew): string {
  const words = titleCase(shortName(crew));
  return /\bbatch$/i.test(words) ? `${words} Summary` : `${words} Batch Summary`;
}

function noteOf({ rehearsal, ended, deleted }: BatchFigures): string {
  const open = ended.interrupted + ended.not_started;
  const lines = [
    ...(rehearsal ? ['**Rehearsal.** No model was called: the answers are rehearsed.'] : []),
    ...(open > 0
      ? [
          `**This batch is interrupted:** ${countOf(ended.interrupted, 'row')} ran only in part and ${formatNumber(ended.not_started)} did not start. It can be resumed. Figures end where it stopped.`,
        ]
      : []),
    ...(deleted > 0 ? [deletedText(deleted)] : []),
  ];
  return lines.map((line) => `> ${line}`).join('\n>\n');
}

function deletedText(rows: number): string {
  return `${countOf(rows, 'row')} of this batch ${rows === 1 ? 'was' : 'were'} deleted later. No figure counts ${rows === 1 ? 'it' : 'them'}.`;
}

function overview({ rows, counts, ended, reusedRows, slots, makespanMs, concurrency }: BatchFigures): string {
  const each = rows.length === 0 ? 0 : counts.total / rows.length;
  const ends = [
    `${formatNumber(ended.completed)} completed`,
    ...(ended.completed_degraded > 0 ? [`${formatNumber(ended.completed_degraded)} completed, degraded`] : []),
    ...(ended.failed > 0 ? [`${formatNumber(ended.failed)} failed`] : []),
    ...(ended.cancelled > 0 ? [`${formatNumber(ended.cancelled)} cancelled`] : []),
    ...(ended.interrupted > 0 ? [`${formatNumber(ended.interrupted)} interrupted`] : []),
    ...(ended.not_started > 0 ? [`${formatNumber(ended.not_started)} not started`] : []),
  ];
  const reused =
    reusedRows > 0
      ? ` All results of ${countOf(reusedRows, 'row')} are reused from an earlier batch; they count as completed, but not for the speed of the batch.`
      : '';
  return `The batch ran the crew once for each of ${countOf(rows.length, 'row')}, ${countOf(each, 'task')} per row, with ${countOf(slots, 'slot')} for all of them together: ${ends.join(', ')}.${reused} It took ${formatDuration(makespanMs)}, with at most ${countOf(concurrency.peak, 'turn')} running at once.`;
}

function overallLines(figures: BatchFigures): string[] {
  const { rows, reusedRows, counts, makespanMs, cutOffMs, usage, rowMs, resumedAlone } = figures;
  const others: [string, number][] = [
    ['Failed Tasks', counts.failed],
    ['Skipped Tasks', counts.skipped],
    ['Tasks Not Chosen', counts.notChosen],
    ['Cancelled Tasks', counts.cancelled],
    ['Tasks Not Ended', counts.pending],
  ];
  const ended = rows.filter((row) => row.outcome !== 'interrupted' && !isReusedRow(row)).length;
  return [
    `**Rows:** ${formatNumber(rows.length)}`,
    ...(reusedRows > 0 ? [`**Reused Rows:** ${formatNumber(reusedRows)}`] : []),
    `**Total Tasks:** ${formatNumber(counts.total)}`,
    `**Completed Tasks:** ${formatNumber(counts.completed)}${counts.degraded > 0 ? ` (${formatNumber(counts.degraded)} degraded)` : ''}`,
    ...(counts.kept > 0 ? [`**Reused Tasks:** ${formatNumber(counts.kept)}`] : []),
    ...others.filter(([, count]) => count > 0).map(([name, count]) => `**${name}:** ${formatNumber(count)}`),
    `**Makespan:** ${formatDuration(makespanMs)}`,
    ...(cutOffMs > 0 ? [`**Cut Off, Not Counted:** ${formatDuration(cutOffMs)}`] : []),
    ...(resumedAlone > 0 ? [`**Rows Resumed Alone:** ${formatNumber(resumedAlone)}, with their own slots`] : []),
    ...(makespanMs === 0
      ? ['**Rows per Minute:** none, because no time passed']
      : [
          `**Rows per Minute:** ${formatNumber((ended * 60_000) / makespanMs, 2)}`,
          `**Tasks per Second:** ${formatNumber((counts.executed * 1000) / makespanMs, 2)}${counts.cached + counts.kept === 0 ? '' : ', not counting reused results'}`,
        ]),
    rowMs === null
      ? '**Makespan of a Row:** no row has ended'
      : `**Makespan of a Row:** median ${formatDuration(rowMs.median)}, from ${formatDuration(rowMs.least)} to ${formatDuration(rowMs.most)}`,
    `**Model Calls:** ${formatNumber(usage.calls)}${usage.failedCalls > 0 ? ` (${formatNumber(usage.failedCalls)} failed)` : ''}`,
    `**Tokens:** ${formatNumber(tokensOf(usage))} (${formatNumber(usage.promptTokens)} prompt${usage.cachedTokens > 0 ? `, ${formatNumber(usage.cachedTokens)} of them cached` : ''}, ${formatNumber(usage.completionTokens)} completion${usage.tokensEstimated ? '; in part estimated' : ''})`,
    `**Cost:** ${formatCost(usage)}`,
  ];
}

function concurrencyLines(figures: BatchFigures): string[] {
  const { slots, concurrency, utilization, sequentialMs, makespanMs, timeSaved, boundMs, efficiency } = figures;
  return [
    `**Slots, Shared by All Rows:** ${formatNumber(slots)}`,
    `**Peak Concurrency:** ${countOf(concurrency.peak, 'turn')} at once`,
    `**Mean Concurrency:** ${formatNumber(concurrency.mean, 2)} turns`,
    `**Slot Utilization:** ${utilization === null ? 'not given, because not all rows used the same slots' : formatPercent(utilization)}`,
    `**Sequential Time, Estimated:** ${formatDuration(sequentialMs)}, the sum of all busy time`,
    `**Time Saved:** ${timeSavedText({ timeSaved, makespanMs, sequentialMs })}`,
    `**Lower Bound:** ${formatDuration(boundMs)}`,
    `**Schedule Efficiency:** ${efficiency === null ? 'none, because no time passed' : formatPercent(efficiency)}, the lower bound ÷ the makespan`,
  ];
}

/** Describes what the rows share in addition to slots; empty if that is nothing. */
function sharedText({ shared, resumedAlone }: BatchFigures): string {
  if (shared.length === 0) return '';
  const lines = shared.map(({ name, kind, capacity, peak, mean, waits, waitMs }) => [
    kind === 'pool' ? code(name) : `turns of ${code(name)}`,
    formatNumber(capacity),
    formatNumber(peak),
    mean === null ? '' : formatNumber(mean, 2),
    formatNumber(waits),
    formatDuration(waitMs),
  ]);
  const alone = resumedAlone > 0 ? ' Rows that were resumed alone did not share them.' : '';
  return blocks(
    '## Shared by All Rows',
    `Pools of the crew file and the limits of agents apply to all rows together.${alone}`,
    table(['What', 'At Once', 'Peak', 'Mean', 'Waits', 'Waited'], lines, [1, 2, 3, 4, 5]),
  );
}

function rowTable(rows: readonly RowFigures[]): string {
  const lines = rows.map((row) => [
    row.run === null ? String(row.row) : `[${row.row}](row_${row.row}/${encodeURIComponent(row.summary)})`,
    inputsText(row.inputs),
    row.run === null ? 'not started' : `${OUTCOME_WORDS[row.outcome]}${isReusedRow(row) ? ' (reused)' : ''}`,
    `${formatNumber(row.counts.completed)} of ${formatNumber(row.counts.total)}`,
    row.startMs === null ? '' : formatDuration(row.startMs),
    row.run === null ? '' : formatDuration(row.makespanMs),
    formatNumber(tokensOf(row.usage)),
    formatCost(row.usage),
  ]);
  const head = ['Row', 'Inputs', 'Outcome', 'Tasks Completed', 'Started', 'Makespan', 'Tokens', 'Cost'];
  return table(head, lines, [0, 3, 4, 5, 6, 7]);
}

function inputsText(inputs: RowFigures['inputs']): string {
  const text = Object.entries(inputs)
    .map(([name, value]) => `${name}: ${valueText(value)}`)
    .join(', ');
  const characters = [...text];
  return inline(characters.length > INPUT_CHARACTERS ? `${characters.slice(0, INPUT_CHARACTERS - 1).join('')}…` : text);
}

/** Lists each failure of a task once, with its rows. */
function failureText(rows: readonly RowFigures[]): string {
  const found = new Map<string, { failure: RowFailure; rows: number[] }>();
  for (const { row, failures } of rows) {
    for (const failure of failures) {
      const key = JSON.stringify([failure.task, failure.kind, failure.message]);
      const known = found.get(key);
      if (known) known.rows.push(row);
      else found.set(key, { failure, rows: [row] });
    }
  }
  if (found.size === 0) return 'No task failed.';
  const lines = [...found.values()].map(({ failure, rows: where }) => [
    inline(failure.title),
    code(failure.kind),
    inline(failure.message),
    formatNumber(where.length),
    where.length > ROWS_NAMED ? `${where.slice(0, ROWS_NAMED).join(', ')} …` : where.join(', '),
  ]);
  return table(['Task', 'Kind', 'Reason', 'Times', 'Rows'], lines, [3]);
}

const MEANINGS: readonly string[] = [
  '**Success rate:** completed ÷ (all − not chosen), over the tasks of all rows; tasks of rows that did not start count as not completed.',
  "**Makespan:** the time from the first row's start to the last task's end in which a process ran the batch. The makespan of a row begins when that row starts.",
  '**Started:** the time from the start of the batch to the start of the row. Rows start in order, as slots become free.',
  '**Concurrency:** the number of running turns of all rows over time.',
  '**Slot utilization:** busy time ÷ the number of slots, summed over the makespan.',
  '**Sequential time:** the sum of all busy time. It is an estimate of the time that one slot would need, because durations were measured while other tasks ran.',
  '**Lower bound:** the maximum of the longest path through any row (or the bound of its sequential lane and pools), all busy time divided by the slots, and the use of each pool and limited agent divided by its units.',
];
