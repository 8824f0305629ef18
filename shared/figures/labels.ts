import { tokens } from '../run/budget-text.ts';
import type { BudgetFigures } from './budget.ts';
import type { TextStyle } from './catalogue/figure.ts';
import type { Counts, Outcome } from './counts.ts';
import type { MeasuredFigures } from './figures.ts';
import { formatCost, formatDollars, formatDuration, formatNumber, formatPercent } from './format.ts';
import type { TaskFigures } from './task-figures.ts';
import type { TimeFigures } from './time.ts';
import type { Bottleneck } from './what-if.ts';

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  completed: 'completed',
  completed_degraded: 'completed, degraded',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
};

const INTERRUPT_WORDS: Readonly<Record<NonNullable<MeasuredFigures['reason']>, string>> = {
  signal: 'it was stopped by a signal',
  disk: 'its journal could not be written',
  budget: 'its budget was used up',
  review: 'a review was open and nobody could answer it',
  quit: 'the application was closed',
  slots: 'its slots kept ending right after they started',
};

/** Returns why an interrupted run stopped, as the end of a sentence. */
export function interruptText({ reason }: MeasuredFigures): string {
  return reason === null ? 'the process that ran it ended' : INTERRUPT_WORDS[reason];
}

/** Returns the status of a task as a label. */
export function statusText(task: TaskFigures): string {
  const status = task.status === 'not_chosen' ? 'not chosen' : task.status;
  const notes = [
    ...(task.degraded ? ['degraded'] : []),
    ...(task.cached ? ['from the cache'] : []),
    ...(task.kept ? ['reused from an earlier run'] : []),
    ...(task.stale === null ? [] : ['stale']),
    ...(task.edited ? ['edited by a person'] : []),
    ...(task.cutAtLength ? ['truncated'] : []),
    ...(task.lastAnswer === null ? [] : ['last answer']),
    ...(task.fallback === null ? [] : [`by the fallback ${task.fallback}`]),
  ];
  return [status, ...notes].join(', ');
}

/** Returns the mark before a task: completed, degraded, not completed, or never started. */
export function statusMark(task: TaskFigures): string {
  switch (task.status) {
    case 'completed':
      return task.degraded ? '⚠️' : '✅';
    case 'failed':
      return '❌';
    case 'cancelled':
      return '⏹️';
    case 'skipped':
    case 'not_chosen':
      return '⏭️';
    case 'pending':
      return '⏳';
  }
}

/** Summarizes the answers of people in reviews; null if no review was required. */
export function reviewsText(reviews: MeasuredFigures['quality']['reviews']): string | null {
  const { approved, edited, sentBack, open, unasked } = reviews;
  const asked = approved + edited + sentBack + open;
  const answers = `${approved} approved, ${edited} edited, ${sentBack} sent back, ${open} unanswered`;
  const beforehand = `${unasked} approved in advance without a review`;
  const parts = [...(asked > 0 ? [answers] : []), ...(unasked > 0 ? [beforehand] : [])];
  return parts.length === 0 ? null : parts.join('; ');
}

/** Returns the amount spent of the budget and when it was used up, as the end of a line; empty without a budget. */
export function budgetDetail({ budget, usage }: MeasuredFigures): string {
  if (budget === null) return '';
  const spent = `, ${formatCost(usage)} spent${usage.tokensEstimated ? ', in part estimated' : ''}`;
  const stops = budget.usedUp.map(({ atMs, untilMs, budgetUsd, budgetTokens }) => {
    const until =
      untilMs === null
        ? 'and nothing new was started from then on'
        : `and nothing new was started until ${formatDuration(untilMs)}`;
    const limit = budgetUsd === null ? tokens(budgetTokens ?? 0) : formatDollars(budgetUsd);
    return `${limit} used up at ${formatDuration(atMs)}, ${until}`;
  });
  return [spent, ...stops].join('; ');
}

/** Formats the budgets of a run: in US dollars, in tokens, or both. */
export function budgetText({ usd, tokens: count }: BudgetFigures): string {
  return [...(usd === null ? [] : [formatDollars(usd)]), ...(count === null ? [] : [tokens(count)])].join(' and ');
}

/** Returns the time saved or lost by parallel execution, as the end of a line "Time Saved". */
export function timeSavedText(time: Pick<TimeFigures, 'timeSaved' | 'makespanMs' | 'sequentialMs'>): string {
  return timeSavedShare(time.timeSaved) + timeSavedDetail(time);
}

/** Returns the share of time that parallel execution saved or lost. */
export function timeSavedShare(timeSaved: number | null): string {
  if (timeSaved === null) return 'none, since nothing ran';
  if (!isShown(timeSaved)) return 'none';
  return timeSaved > 0 ? formatPercent(timeSaved) : `none: ${lossText(timeSaved)}`;
}

/** Returns the times behind the share of time saved; empty if the share is sufficient. */
export function timeSavedDetail({
  timeSaved,
  makespanMs,
  sequentialMs,
}: Pick<TimeFigures, 'timeSaved' | 'makespanMs' | 'sequentialMs'>): string {
  if (timeSaved === null || (timeSaved < 0 && isShown(timeSaved))) return '';
  return `: an estimated ${formatDuration(sequentialMs)} of work, one task after another, took ${formatDuration(makespanMs)}`;
}

/** Returns the same as a sentence about the run; empty if nothing ran or the difference cannot be shown. */
export function timeSavedSentence({ timeSaved }: TimeFigures): string {
  if (timeSaved === null || !isShown(timeSaved)) return '';
  if (timeSaved < 0) return `It took ${formatPercent(-timeSaved)} longer than its work one task after another.`;
  return `Compared with one task after another it saved ${formatPercent(timeSaved)} of the time.`;
}

function lossText(timeSaved: number): string {
  return `the run took ${formatPercent(-timeSaved)} longer than its work one task after another`;
}

/** Formats a share that would otherwise be rounded to 0.0%. */
function isShown(share: number): boolean {
  return formatPercent(Math.abs(share)) !== formatPercent(0);
}

/** `0.29 s of 4.73 s (6.1%)` */
export function savingText(savesMs: number, makespanMs: number): string {
  const share = makespanMs === 0 ? '' : ` (${formatPercent(savesMs / makespanMs)})`;
  return `${formatDuration(savesMs)} of ${formatDuration(makespanMs)}${share}`;
}

/** Returns how the tasks ended, without counts of zero: `2 failed`, `1 was skipped`. */
export function otherEnds(counts: Counts): string[] {
  const was = (count: number) => (count === 1 ? 'was' : 'were');
  return [
    ...(counts.failed > 0 ? [`${formatNumber(counts.failed)} failed`] : []),
    ...(counts.skipped > 0 ? [`${formatNumber(counts.skipped)} ${was(counts.skipped)} skipped`] : []),
    ...(counts.notChosen > 0 ? [`${formatNumber(counts.notChosen)} ${was(counts.notChosen)} not chosen`] : []),
    ...(counts.cancelled > 0 ? [`${formatNumber(counts.cancelled)} ${was(counts.cancelled)} cancelled`] : []),
    ...(counts.pending > 0
      ? [`${formatNumber(counts.pending)} ${counts.pending === 1 ? 'has' : 'have'} not ended`]
      : []),
  ];
}

/** Returns the titles by task name. */
export function titlesOf(figures: MeasuredFigures): ReadonlyMap<string, string> {
  return new Map(figures.tasks.map((task) => [task.name, task.title]));
}

/** Returns an addition to a success rate that explains how the completed tasks were completed. */
export function completedNotes({ counts, rehearsal }: MeasuredFigures): string {
  const notes = [
    ...(counts.degraded > 0 ? [`${formatNumber(counts.degraded)} degraded`] : []),
    ...(counts.cached > 0 ? [`${formatNumber(counts.cached)} from the cache`] : []),
    ...(counts.kept > 0 ? [`${formatNumber(counts.kept)} reused from an earlier run`] : []),
    ...(counts.edited > 0 ? [`${formatNumber(counts.edited)} edited by a person`] : []),
    ...(rehearsal ? ['rehearsed'] : []),
  ];
  return notes.length === 0 ? '' : ` (${notes.join(', ')})`;
}

/** Describes the effect of removing a bottleneck. */
export function bottleneckText(
  { kind, subject }: Bottleneck,
  titles: ReadonlyMap<string, string>,
  { code, inline }: TextStyle,
): string {
  switch (kind) {
    case 'starting':
      return 'Slots ready at the start';
    case 'slots':
      return 'One more slot';
    case 'lane':
      return 'Two sequential tasks at once';
    case 'pool':
      return `One more unit of ${code(subject ?? '')}`;
    case 'retries':
      return 'No failed attempts and retries';
    case 'rate_limit':
      return "No waits for the provider's limit";
    case 'tool':
      return `The tool ${code(subject ?? '')} in half the time`;
    case 'model':
      return `The model ${code(subject ?? '')} in half the time`;
    case 'task':
      return `${inline(titles.get(subject ?? '') ?? subject ?? '')} in half the time`;
  }
}
