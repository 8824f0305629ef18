import { costDetail, slotsText } from '../../../shared/figures/conditions-text.ts';
import { finishedSuccessfully, type Outcome } from '../../../shared/figures/counts.ts';
import type { Figures } from '../../../shared/figures/figures.ts';
import {
  countOf,
  formatCost,
  formatDuration,
  formatNumber,
  formatPercent,
  listOf,
} from '../../../shared/figures/format.ts';
import {
  budgetDetail,
  budgetText,
  interruptText,
  OUTCOME_WORDS,
  otherEnds,
  savingText,
  timeSavedText,
} from '../../../shared/figures/labels.ts';
import { reusedNote, reusedText } from '../../../shared/figures/reused-text.ts';
import { tokensOf } from '../../../shared/figures/usage.ts';
import { isShown } from '../dashboard/bottlenecks.ts';
import { inline } from '../markdown.ts';

/** Describes the crew, how the run ended, and its makespan. */
export function overview(figures: Figures): string {
  const { counts, time, categories } = figures;
  const kinds = kindsText(counts);
  const names = categories.slice(0, 6).map(({ category }) => inline(category));
  const more = categories.length > 6 ? [`${categories.length - 6} more`] : [];
  return [
    `The crew had ${countOf(counts.total, 'task')}${kinds}, in ${countOf(categories.length, 'category', 'categories')} (${listOf([...names, ...more])}), and ${slotsText(figures)} to run them in.`,
    endText(figures),
    `It took ${formatDuration(time.makespanMs)}${figures.outcome === 'interrupted' ? ' so far' : ''}${pausedText(time)}, with at most ${countOf(time.concurrency.peak, 'turn')} running at once.`,
  ].join(' ');
}

/** Describes the kinds of tasks: `, 3 of them concurrent and 1 sequential`. */
function kindsText({ total, concurrent, sequential }: Figures['counts']): string {
  if (total === 0) return '';
  if (sequential === 0) return total === 1 ? ', a concurrent one' : ', all of them concurrent';
  if (concurrent === 0) return total === 1 ? ', a sequential one' : ', all of them sequential';
  return `, ${formatNumber(concurrent)} of them concurrent and ${formatNumber(sequential)} sequential`;
}

/** Mentions pauses, because they are not part of the makespan. */
function pausedText({ pausedMs, cutOffMs }: Figures['time']): string {
  const parts = [
    ...(pausedMs > 0 ? [`the ${formatDuration(pausedMs)} for which it was paused`] : []),
    ...(cutOffMs > 0 ? [`the ${formatDuration(cutOffMs)} in which no process ran it`] : []),
  ];
  return parts.length === 0 ? '' : `, not counting ${listOf(parts)}`;
}

function endText(figures: Figures): string {
  const { counts, outcome } = figures;
  const others = otherEnds(counts);
  if (outcome === 'completed' && others.length + counts.degraded === 0) {
    return counts.total === 1 ? 'The task completed.' : `All ${formatNumber(counts.total)} tasks completed.`;
  }
  const degraded = counts.degraded > 0 ? ` (${formatNumber(counts.degraded)} of them degraded)` : '';
  const ends = listOf([`${formatNumber(counts.completed)} completed${degraded}`, ...others]);
  const how =
    outcome === 'interrupted'
      ? `was interrupted because ${interruptText(figures)}`
      : `ended as ${OUTCOME_WORDS[outcome]}`;
  return `The run ${how}. Of its ${countOf(counts.total, 'task')}, ${ends}.`;
}

/** The lines on speed, time saved, efficiency and model calls. */
export function achievementLines(figures: Figures): string[] {
  const { time, usage, counts } = figures;
  const { concurrency } = time;
  return [
    time.perSecond === null
      ? '**Tasks per Second:** none, because no time passed.'
      : `**Tasks per Second:** ${formatNumber(time.perSecond, 2)} (${formatNumber(time.perSecond * 3600)} per hour)${reusedNote(counts)}.`,
    ...reusedLines(figures),
    `**Concurrency:** ${countOf(concurrency.peak, 'turn')} at the peak, ${formatNumber(concurrency.mean, 2)} on average.`,
    `**Time Saved:** ${timeSavedText(time)}.`,
    ...(time.efficiency === null
      ? []
      : [
          `**Schedule Efficiency:** ${formatPercent(time.efficiency)}: no schedule of this work could have taken less than ${formatDuration(time.lowerBound.ms)}.`,
        ]),
    ...(time.utilization === null
      ? []
      : [`**Slot Utilization:** slots were busy for ${formatPercent(time.utilization)} of their time.`]),
    `**Models:** ${countOf(usage.calls, 'call')}, ${formatNumber(tokensOf(usage))} tokens${usage.tokensEstimated ? ' (in part estimated)' : ''}.`,
  ];
}

function reusedLines({ reused: { cached, kept } }: Figures): string[] {
  return [
    ...(cached.tasks === 0 ? [] : [`**From the Cache:** ${reusedText(cached)}.`]),
    ...(kept.tasks === 0 ? [] : [`**Reused from an Earlier Run:** ${reusedText(kept)}.`]),
  ];
}

/** Compares the measured with the declared workload. */
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

/** Describes the effect of running tasks in parallel: the time saved or lost, the throughput and the cost. */
export function impactLines(figures: Figures): string[] {
  const { outcome, time, counts, usage, rehearsal, bottlenecks, lost, budget } = figures;
  const best = bottlenecks.ranked.find(({ savesMs }) => isShown(savesMs));
  const cost = counts.completed === 0 || usage.costUsd === null ? null : usage.costUsd / counts.completed;
  return [
    ...timeLine(outcome, time.sequentialMs, time.makespanMs),
    rehearsal
      ? '**Cost:** nothing, because a rehearsal calls no model. A real run has a cost.'
      : `**Cost:** ${formatCost(usage)}${costDetail(figures)}${cost === null ? '' : `, ${formatCost({ ...usage, costUsd: cost })} for each completed task`}.`,
    ...(budget === null ? [] : [`**Budget:** ${budgetText(budget)}${budgetDetail(figures)}.`]),
    ...(time.failedBusyMs > 0
      ? [
          `**Lost to Failures:** ${formatDuration(time.failedBusyMs)} of slot time, ${formatPercent(time.failedBusyMs / time.sequentialMs)} of all busy time.`,
        ]
      : []),
    ...(time.lostBusyMs > 0
      ? [
          `**Lost to Interruption:** ${formatDuration(time.lostBusyMs)} of slot time in ${countOf(lost.turns, 'turn')} that ran again.`,
        ]
      : []),
    best === undefined
      ? `**Room Left:** ${noSavingText(bottlenecks)}.`
      : `**Room Left:** the best single change that was tried would save ${savingText(best.savesMs, time.makespanMs)}.`,
  ];
}

/** Returns why no saving is named. */
function noSavingText({ isComparable, isLimitedByDependencies, tried }: Figures['bottlenecks']): string {
  if (!isComparable) return 'not assessed, because the simulation differs too much from this run';
  if (isLimitedByDependencies) return 'no change would save time, because the dependencies set the makespan';
  return tried === 0 ? 'no change could be tried' : 'none of the changes that were tried would save time';
}

function timeLine(outcome: Outcome, sequentialMs: number, makespanMs: number): string[] {
  if (sequentialMs === 0) return [];
  const gained = sequentialMs - makespanMs;
  if (gained < 0) return [`**Time:** the run took ${formatDuration(-gained)} longer than the sum of its busy time.`];
  return finishedSuccessfully(outcome)
    ? [
        `**Time:** results were available ${formatDuration(gained)} earlier than if each task had run alone for as long as it did here.`,
      ]
    : [`**Time:** the run did ${formatDuration(sequentialMs)} of work in ${formatDuration(makespanMs)}.`];
}
