import { resumedText } from '../../shared/figures/conditions-text.ts';
import type { Counts } from '../../shared/figures/counts.ts';
import type { MeasuredFigures } from '../../shared/figures/figures.ts';
import { countOf, formatNumber } from '../../shared/figures/format.ts';
import { interruptText, otherEnds } from '../../shared/figures/labels.ts';

/** Notes that a reader needs before the figures: a rehearsal, shared slots, or a run that did not complete normally. */
export function noteOf(figures: MeasuredFigures): string {
  const lines = [
    ...(figures.rehearsal ? [REHEARSAL] : []),
    ...batchNote(figures),
    ...outcomeNote(figures),
    ...resumedNote(figures),
  ];
  return lines.map((line) => `> ${line}`).join('\n>\n');
}

const REHEARSAL =
  '**Rehearsal.** No model was called: the answers are rehearsed, and only the figures in them come from tools. Order, tools, files and times are those of this run. Tools that reach outside the workspace were not called.';

function completedOf({ completed, total }: Counts): string {
  return `${countOf(completed, 'task')} of ${formatNumber(total)}`;
}

/** Adds the noun "task" to the first count. */
function withNoun([first, ...others]: readonly string[]): string[] {
  if (first === undefined) return [];
  return [
    first.replace(/^([\d,]+) /, (_, count: string) => `${count} ${count === '1' ? 'task' : 'tasks'} `),
    ...others,
  ];
}

function resumedNote(figures: MeasuredFigures): string[] {
  const text = resumedText(figures);
  return text === null ? [] : [text];
}

function batchNote({ batch }: MeasuredFigures): string[] {
  if (batch === null) return [];
  return [
    `**Row ${formatNumber(batch.row)} of ${formatNumber(batch.rows)} of a batch.** Its slots, and declared pools and limited agents, were shared with the other rows. Its waits include waits for other rows, but the use of pools and agents is given for this row alone. Bottlenecks, scaling, lower bound and prediction assume that the row has all slots. The summary of the batch has the figures over all rows.`,
  ];
}

function outcomeNote(figures: MeasuredFigures): string[] {
  const { counts, outcome } = figures;
  switch (outcome) {
    case 'completed':
      return [];
    case 'completed_degraded':
      return [
        `**Completed, degraded.** ${[`${countOf(counts.degraded, 'result')} ${counts.degraded === 1 ? 'is' : 'are'} degraded`, ...withNoun(otherEnds(counts))].join(', ')}.`,
      ];
    case 'failed':
      return [`**This run failed.** ${[`${completedOf(counts)} completed`, ...otherEnds(counts)].join(', ')}.`];
    case 'cancelled':
      return [
        `**This run was cancelled.** ${[`${completedOf(counts)} had completed`, ...otherEnds(counts)].join(', ')}.`,
      ];
    case 'interrupted':
      return [
        `**This run is interrupted:** ${interruptText(figures)}. ${[`${completedOf(counts)} had completed`, ...otherEnds(counts)].join(', ')}. It can be resumed. Figures end where it stopped.`,
      ];
  }
}
