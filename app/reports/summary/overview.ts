import { gotThrough, type Outcome } from '../figures/counts.ts';
import { tokensOf } from '../figures/usage.ts';
import type { Figures } from '../figures.ts';
import { countOf, formatDollars, formatDuration, formatNumber, formatPercent, listOf } from '../format.ts';
import { inline } from '../markdown.ts';
import { budgetText, interruptText, OUTCOME_WORDS } from '../words.ts';

/** What was run, how it ended, and the one figure that matters most. */
export function overview(figures: Figures): string {
  const { counts, time, slots, categories } = figures;
  const kinds = `${formatNumber(counts.concurrent)} of them concurrent and ${formatNumber(counts.sequential)} sequential`;
  const names = categories.slice(0, 6).map(({ category }) => inline(category));
  const more = categories.length > 6 ? [`${categories.length - 6} more`] : [];
  return [
    `The crew had ${countOf(counts.total, 'task')}, ${kinds}, in ${countOf(categories.length, 'category', 'categories')} (${listOf([...names, ...more])}), and ${countOf(slots, 'slot')} to run them in.`,
    endText(figures),
    `It took ${formatDuration(time.makespanMs)} from its start to the end of its last task${figures.outcome === 'interrupted' ? ' so far' : ''}, with at most ${countOf(time.concurrency.peak, 'turn')} running at once.`,
  ].join(' ');
}

function endText(figures: Figures): string {
  const { counts, outcome } = figures;
  const ends = [
    ...(counts.degraded > 0 ? [`${formatNumber(counts.degraded)} of these degraded`] : []),
    ...(counts.failed > 0 ? [`${formatNumber(counts.failed)} failed`] : []),
    ...(counts.skipped > 0 ? [`${formatNumber(counts.skipped)} skipped`] : []),
    ...(counts.notChosen > 0 ? [`${formatNumber(counts.notChosen)} not chosen`] : []),
    ...(counts.cancelled > 0 ? [`${formatNumber(counts.cancelled)} cancelled`] : []),
    ...(counts.pending > 0 ? [`${formatNumber(counts.pending)} not ended`] : []),
  ];
  if (outcome === 'completed' && ends.length === 0) return `All ${formatNumber(counts.total)} tasks completed.`;
  const completed = `${formatNumber(counts.completed)} of ${countOf(counts.total, 'task')} completed`;
  const rest = ends.length === 0 ? '' : ` (${ends.join(', ')})`;
  const how =
    outcome === 'interrupted'
      ? `was interrupted because ${interruptText(figures)}`
      : `ended as ${OUTCOME_WORDS[outcome]}`;
  return `The run ${how}: ${completed}${rest}.`;
}

export function achievementLines({ time, usage }: Figures): string[] {
  const { concurrency } = time;
  return [
    time.perSecond === null
      ? '**Processing Speed:** none, since no time passed.'
      : `**Processing Speed:** ${formatNumber(time.perSecond, 2)} tasks per second, ${formatNumber(time.perSecond * 3600)} per hour.`,
    `**Concurrency:** ${countOf(concurrency.peak, 'turn')} at the peak, ${formatNumber(concurrency.mean, 2)} on average.`,
    savedLine(time.timeSaved, time.makespanMs, time.sequentialMs),
    ...(time.efficiency === null
      ? []
      : [
          `**Schedule Efficiency:** ${formatPercent(time.efficiency)}: no schedule of this work could have taken less than ${formatDuration(time.lowerBound.ms)}.`,
        ]),
    ...(time.utilisation === null
      ? []
      : [`**Slot Utilization:** slots were busy for ${formatPercent(time.utilisation)} of their time.`]),
    `**Models:** ${countOf(usage.calls, 'call')}, ${formatNumber(tokensOf(usage))} tokens${usage.tokensEstimated ? ' (in part estimated)' : ''}, cost ${formatDollars(usage.costUsd)}.`,
  ];
}

function savedLine(saved: number | null, makespanMs: number, sequentialMs: number): string {
  if (saved === null) return '**Time Saved:** none, since nothing ran.';
  const work = `an estimated ${formatDuration(sequentialMs)} of work one after the other took ${formatDuration(makespanMs)}`;
  if (saved < 0) return `**Time Saved:** ${formatPercent(saved)}, a loss: ${work}.`;
  return `**Time Saved:** ${formatPercent(saved)}: ${work}.`;
}

/** What was done of what was declared. */
export function workloadLines({ workload }: Figures): string[] {
  return workload.map(({ name, declared, unit, measured }) => {
    const title = `**${inline(sentenceCase(name))}:**`;
    const plan = formatNumber(declared, Number.isInteger(declared) ? 0 : 2);
    const units = unit === null ? '' : ` ${inline(unit)}`;
    if (measured === null) return `${title} not measured (${plan}${units} declared).`;
    const share = declared === 0 ? '' : ` (${formatPercent(measured / declared)})`;
    return `${title} ${formatNumber(measured)} of ${plan}${units} measured${share}.`;
  });
}

function sentenceCase(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What running in parallel did for who waits for the result. */
export function impactLines(figures: Figures): string[] {
  const { outcome, time, counts, usage, rehearsal, bottlenecks } = figures;
  const budget = budgetText(figures);
  const cost = counts.completed === 0 || usage.costUsd === null ? null : usage.costUsd / counts.completed;
  return [
    timeLine(outcome, time.sequentialMs, time.makespanMs),
    rehearsal
      ? '**Cost:** nothing, since a rehearsal asks no model. It says nothing about the cost of a real run.'
      : `**Cost:** ${formatDollars(usage.costUsd)}${cost === null ? '' : `, ${formatDollars(cost)} for each completed task`}.`,
    ...(budget === null ? [] : [`**Budget:** ${budget}.`]),
    ...(time.failedBusyMs > 0
      ? [
          `**Lost to Failures:** ${formatDuration(time.failedBusyMs)} of slot time, ${formatPercent(time.failedBusyMs / time.sequentialMs)} of all busy time.`,
        ]
      : ['**Lost to Failures:** no slot time.']),
    bottlenecks.ranked[0] === undefined
      ? '**Room Left:** no single change that was tried would have shortened the run.'
      : `**Room Left:** the best single change that was tried would save ${formatDuration(bottlenecks.ranked[0].savesMs)}.`,
  ];
}

function timeLine(outcome: Outcome, sequentialMs: number, makespanMs: number): string {
  const gained = sequentialMs - makespanMs;
  if (gained < 0) return `**Time:** the run took ${formatDuration(-gained)} longer than the sum of its busy time.`;
  return gotThrough(outcome)
    ? `**Time:** results were there ${formatDuration(gained)} earlier than if every task had run alone for as long as it did here.`
    : `**Time:** ${formatDuration(sequentialMs)} of work were done in ${formatDuration(makespanMs)}.`;
}
