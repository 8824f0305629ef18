import type { MeasuredFigures } from './figures.ts';
import { countOf, formatNumber } from './format.ts';
import { interruptText } from './words.ts';

/** What a reader has to know before any figure: that it was a rehearsal, that it shared its slots, and that the run did not simply complete. */
export function noteOf(figures: MeasuredFigures): string {
  const lines = [...(figures.rehearsal ? [REHEARSAL] : []), ...batchNote(figures), ...outcomeNote(figures)];
  return lines.map((line) => `> ${line}`).join('\n>\n');
}

const REHEARSAL =
  '**Rehearsal.** No model was asked: the answers are made up, and only the figures in them come from tools. Order, tools, files and times are those of this run; tools that reach outside the workspace were not called.';

function batchNote({ batch }: MeasuredFigures): string[] {
  if (batch === null) return [];
  return [
    `**Row ${formatNumber(batch.row)} of ${formatNumber(batch.rows)} of a batch.** Its slots, and declared pools and limited agents, were shared with the other rows, so its waits for them include those for other rows, while their use is told for this row alone; bottlenecks, scaling, lower bound and prediction are those of the row as if it had the slots to itself. The figures over all rows are in the batch's own summary.`,
  ];
}

function outcomeNote(figures: MeasuredFigures): string[] {
  const { counts, outcome } = figures;
  switch (outcome) {
    case 'completed':
      return [];
    case 'completed_degraded':
      return [
        `**Completed, degraded.** ${countOf(counts.degraded, 'result')} had to do without something, ${countOf(counts.failed, 'task')} failed, ${countOf(counts.skipped, 'task')} ${counts.skipped === 1 ? 'was' : 'were'} skipped.`,
      ];
    case 'failed':
      return [
        `**This run failed.** ${countOf(counts.completed, 'task')} of ${counts.total} completed, ${counts.failed} failed, ${counts.skipped} ${counts.skipped === 1 ? 'was' : 'were'} skipped.`,
      ];
    case 'cancelled':
      return [
        `**This run was cancelled.** ${countOf(counts.completed, 'task')} of ${counts.total} had completed, ${counts.cancelled} ${counts.cancelled === 1 ? 'was' : 'were'} cancelled.`,
      ];
    case 'interrupted':
      return [
        `**This run is interrupted:** ${interruptText(figures)}. ${countOf(counts.completed, 'task')} of ${counts.total} had completed, ${counts.pending} ${counts.pending === 1 ? 'has' : 'have'} not ended; it can be resumed. Figures go up to where it stopped.`,
      ];
  }
}
