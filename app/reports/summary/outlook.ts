import { finishedSuccessfully } from '../../../shared/figures/counts.ts';
import type { Figures } from '../../../shared/figures/figures.ts';
import { countOf, formatDuration, formatNumber, formatPercent, listOf } from '../../../shared/figures/format.ts';
import { interruptText, reviewsText, timeSavedSentence } from '../../../shared/figures/labels.ts';
import { limitWaitMs, restartsText } from '../../../shared/figures/slot-labels.ts';
import { recommendations } from '../dashboard/bottlenecks.ts';
import { recommendedLine } from '../dashboard/scaling.ts';

/** The lines on the slots that were used and on other numbers of slots. */
export function scalabilityLines(figures: Figures): string[] {
  const { outcome, counts, scaling, slots, slotCounts, time } = figures;
  const most = slotCounts.reduce((peak, step) => Math.max(peak, step.slots), slots);
  const used = `**Capacity Used:** ${formatNumber(time.concurrency.peak)} of ${countOf(most, 'slot')} at the peak.`;
  if (!finishedSuccessfully(outcome)) {
    const done = `${formatNumber(counts.completed)} of ${countOf(counts.total, 'task')}`;
    return [used, `**More Slots:** not assessed, because only ${done} completed.`];
  }
  const at = (count: number): string => {
    return formatDuration(scaling.points.find((point) => point.slots === count)?.makespanMs ?? 0);
  };
  const { knee } = scaling;
  const several = knee === 1 ? '' : `, and ${formatNumber(knee)} slots ${at(knee)}`;
  return [
    used,
    `**More Slots:** in a simulation with the measured durations, 1 slot takes ${at(1)}${several}. Doubling the slots from there saves less than 10%.`,
    recommendedLine(figures),
  ];
}

export function reliabilityLines({ counts, tasks, agents, slotUse, limits, quality, time }: Figures): string[] {
  const failures = agents.reduce((sum, agent) => sum + agent.failures, 0);
  const recovered = tasks.filter((task) => task.status === 'completed' && task.attempts > 1).length;
  const refused = limits.reduce((sum, limit) => sum + limit.refused, 0);
  const checks = [quality.guardrails, quality.schemas].reduce((sum, { passed, failed }) => sum + passed + failed, 0);
  const reviews = reviewsText(quality.reviews);
  const cut = tasks.filter((task) => task.cutAtLength).length;
  const failedChecks = quality.guardrails.failed + quality.schemas.failed;
  return [
    failures === 0
      ? '**Attempts:** none failed.'
      : `**Attempts:** ${countOf(failures, 'turn')} failed and took ${formatDuration(time.failedBusyMs)}.${recovered === 0 ? '' : ` ${countOf(recovered, 'task')} completed after more than one attempt.`}`,
    `**Isolation:** ${isolationText(counts)}.`,
    `**Slots:** ${slotUse.some((slot) => slot.restarts > 0) ? `restarted ${restartsText(slotUse)}` : 'none had to be restarted'}.`,
    refused === 0
      ? '**Provider Limits:** no call was refused.'
      : `**Provider Limits:** the call limit was lowered ${countOf(refused, 'time')}, and tasks waited ${formatDuration(limitWaitMs(tasks))} together. No finished work was lost.`,
    checks === 0
      ? '**Checked Results:** the crew has no guardrail and no schema, so nothing was checked automatically.'
      : `**Checked Results:** ${countOf(checks, 'check')}, ${failedChecks === 0 ? 'all of them passed' : `${formatNumber(failedChecks)} of them failed`}.`,
    ...(cut === 0
      ? []
      : [
          `**Truncated Results:** ${countOf(cut, 'result')} ${cut === 1 ? 'ends' : 'end'} in the middle, because the answer reached its maximum length.`,
        ]),
    ...(reviews === null ? [] : [`**Reviewed Results:** ${reviews}.`]),
  ];
}

/** Describes which tasks failures affected, without counts of zero. */
function isolationText({ failed, degraded, skipped }: Figures['counts']): string {
  const parts = [
    ...(failed > 0 ? [`${countOf(failed, 'task')} failed`] : []),
    ...(degraded > 0 ? [`${countOf(degraded, 'task')} completed without part of the context`] : []),
    ...(skipped > 0 ? [`${countOf(skipped, 'task')} ${skipped === 1 ? 'was' : 'were'} skipped`] : []),
  ];
  return parts.length === 0 ? 'no task failed, was skipped or lacked a result of its context' : listOf(parts);
}

function resumeText(reason: Figures['reason']): string {
  if (reason === 'budget') return '**Resume the run with a larger budget:**';
  return reason === 'review' ? '**Resume the run and answer its reviews:**' : '**Resume the run:**';
}

/** The recommendations of the dashboard, after the most urgent step. */
export function nextSteps(figures: Figures): string[] {
  return [...firstStep(figures), ...recommendations(figures)];
}

function firstStep({ outcome, reason, rehearsal }: Figures): string[] {
  if (outcome === 'interrupted') return [`${resumeText(reason)} completed tasks are kept.`];
  if (outcome === 'cancelled') return ['**Run it again** if you still need its results: it was cancelled.'];
  return rehearsal ? ['**Choose a model:** this was a rehearsal, and its texts are rehearsed.'] : [];
}

/** Describes how the run ended, with the figures that show how well. */
export function conclusion(figures: Figures): string {
  const { counts, time, outcome, rehearsal } = figures;
  const rate = `${formatPercent(counts.successRate)} of its tasks completed`;
  const saved = timeSavedSentence(time) === '' ? '' : ` ${timeSavedSentence(time)}`;
  const reached =
    time.efficiency === null
      ? ''
      : ` Its schedule reached ${formatPercent(time.efficiency)} of the best possible schedule.`;
  const made = rehearsal ? ' The texts of the results are rehearsed; times and order are those of the rehearsal.' : '';
  switch (outcome) {
    case 'completed':
      return `The run completed all its work in ${formatDuration(time.makespanMs)}.${saved}${reached}${made}`;
    case 'completed_degraded':
      return `The run completed, but not in full: ${rate}, and ${countOf(counts.degraded, 'result')} ${counts.degraded === 1 ? 'is' : 'are'} degraded: part of the context was missing. Check ${counts.degraded === 1 ? 'this result' : 'these results'}.${saved}${made}`;
    case 'failed':
      return `The run failed: ${rate}, and at least one final result is missing. Its figures describe the work that was done, not a success.${made}`;
    case 'cancelled':
      return `The run was cancelled after ${formatDuration(time.makespanMs)}: ${rate}.${made}`;
    case 'interrupted':
      return `The run is not over: it was interrupted after ${formatDuration(time.makespanMs)} because ${interruptText(figures)}, when ${rate}.${made}`;
  }
}
